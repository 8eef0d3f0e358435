import * as z from 'zod'
import { faults as kinds } from '../drill/faults/registry.js'
import type { PlannedFault } from '../model/fault-event.js'
import type { GatewayTarget, Load, Source } from '../model/scenario.js'
import { count, mapping, milliseconds, positiveMilliseconds, text } from './fields.js'
import { ipVersion } from './ip-address.js'
import type { Reading } from './reading.js'
import type { Path } from './yaml-document.js'

const timing = {
  name: text.optional().describe('what results call it'),
  at: milliseconds.describe('when, from the start of load'),
  for: positiveMilliseconds.optional().describe('how long until it is undone; to the end of load when left out'),
  every: positiveMilliseconds.optional().describe('made again every so often, each time `for` so long: flapping'),
  times: count(10_000).optional().describe('with `every`: how often in all; as often as load lasts when left out'),
}

/** When and how long. */
export const faultTimingSchema = mapping(timing)

const words: Readonly<Record<string, z.ZodType>> = Object.fromEntries(
  kinds.map(({ word, help, settings }) => [word, settings.optional().describe(help)]),
)

/** An entry of `faults:`; what breaks is one of the kinds. */
export const faultSchema = mapping({ ...timing, ...words })

export const faultsSchema = z.array(faultSchema, { error: 'expected a list of faults' })

type FaultSection = z.output<typeof faultTimingSchema> & Readonly<Record<string, unknown>>

/** What else of the scenario faults depend on. */
export interface FaultContext {
  readonly gateway: GatewayTarget
  readonly load: Load
  readonly ownDns: boolean
}

/** Of a load that ends by its number of calls nobody knows how long it lasts. */
const LONGEST_KNOWN_MS = 24 * 3_600_000

/** The faults as they are planned, with everything reported that is wrong with them, alone and together. */
export function buildFaults(sections: readonly unknown[], context: FaultContext, reading: Reading): PlannedFault[] {
  const planned = (sections as readonly FaultSection[]).flatMap((section, id) =>
    buildFault(section, id, context, reading),
  )
  checkCollisions(planned, reading)
  return planned
}

function buildFault(section: FaultSection, id: number, context: FaultContext, reading: Reading): PlannedFault[] {
  const path = ['faults', id]
  const [kind, second] = kinds.filter(({ word }) => section[word] !== undefined)
  if (!kind) {
    const hint = `what breaks is one of ${kinds.map(({ word }) => word).join(', ')}`
    reading.problem(path, 'nothing says what breaks', { hint })
    return []
  }
  if (second) {
    reading.problem([...path, second.word], `one fault is one thing: "${kind.word}" stands here already`, { key: true })
    return []
  }
  const settings = section[kind.word]
  kind.check(settings, {
    instances: instanceNames(context.gateway),
    targets: targetNames(context.gateway),
    ownDns: context.ownDns,
    problem: (what, ...keys) => reading.problem([...path, kind.word, ...keys], what),
  })
  const target = kind.target(settings)
  return [
    {
      id,
      name: section.name ?? `${kind.word}${target === undefined ? '' : ` ${target}`}`,
      kind: kind.word,
      source: reading.document.place(path) as Source,
      atMs: section.at,
      forMs: section.for,
      flapping: flappingOf(section, path, context.load, reading),
      target,
      settings,
    },
  ]
}

function flappingOf(section: FaultSection, path: Path, load: Load, reading: Reading): PlannedFault['flapping'] {
  const { at, for: lasts, every, times } = section
  const totalMs = load.stages.reduce((sum, stage) => sum + stage.ms, 0)
  if (totalMs > 0 && totalMs < LONGEST_KNOWN_MS && at >= totalMs) {
    reading.problem([...path, 'at'], `load is over by then: it lasts ${totalMs / 1000}s`)
  }
  if (every === undefined) {
    if (times !== undefined) reading.problem([...path, 'times'], '"times" needs "every"', { key: true })
    return undefined
  }
  if (lasts === undefined) {
    reading.problem([...path, 'every'], 'what is made again must end first: add "for"', { key: true })
    return undefined
  }
  if (lasts >= every) {
    reading.problem([...path, 'every'], `it lasts ${lasts / 1000}s, so it cannot be made again every ${every / 1000}s`)
    return undefined
  }
  return { everyMs: every, times: times ?? Math.max(1, Math.ceil((totalMs - at) / every)) }
}

const instanceNames = (gateway: GatewayTarget): string[] =>
  gateway.kind === 'embedded' ? Array.from({ length: gateway.options.instances }, (_, i) => `gateway-${i + 1}`) : []

/** A relay takes the place of an address: names that the DNS places have none yet. */
function targetNames(gateway: GatewayTarget): string[] {
  if (gateway.kind !== 'external') return instanceNames(gateway)
  return [...new Set(gateway.targets.filter(({ host }) => ipVersion(host) !== 0).map(({ name }) => name))]
}

interface Extent {
  readonly fault: PlannedFault
  readonly subjects: readonly string[]
  readonly fromMs: number
  readonly toMs: number
}

function extentOf(fault: PlannedFault): Extent {
  const { atMs, forMs = Number.POSITIVE_INFINITY, flapping } = fault
  const lastMs = flapping ? atMs + (flapping.times - 1) * flapping.everyMs : atMs
  const subjects = kinds.find(({ word }) => word === fault.kind)?.subjects(fault.settings) ?? []
  return { fault, subjects, fromMs: atMs, toMs: lastMs + forMs }
}

/**
 * One thing, or a part of the other: the parts of both agree as far as both have them. An empty part is all there is,
 * so packets of an interface and packets of an address meet, whichever way they are named.
 */
function overlap(one: string, other: string): boolean {
  const [parts, others] = [one.split('/'), other.split('/')]
  return parts.every((part, i) => {
    const against = others[i] ?? ''
    return part === '' || against === '' || part === against
  })
}

/** Two faults that lay hands on one thing at one time would undo each other. */
function checkCollisions(planned: readonly PlannedFault[], reading: Reading): void {
  const extents = planned.map(extentOf)
  for (const [i, later] of extents.entries()) {
    const earlier = extents.slice(0, i).find((other) => {
      const together = other.fromMs < later.toMs && later.fromMs < other.toMs
      return together && other.subjects.some((one) => later.subjects.some((two) => overlap(one, two)))
    })
    if (!earlier) continue
    const { name, source } = earlier.fault
    reading.problem(['faults', later.fault.id, 'at'], `this collides with the fault "${name}" of line ${source.line}`, {
      hint: 'both act on one thing at one time; let one end before the other begins',
    })
  }
}
