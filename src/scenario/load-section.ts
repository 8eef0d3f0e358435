import * as z from 'zod'
import type { Load } from '../model/scenario.js'
import { choice, count, mapping, oneOrMany, percent, positiveMilliseconds, rate, text } from './fields.js'
import { parseMilliseconds, parseRate } from './quantity.js'
import { type Fields, isMapping, type Reading } from './reading.js'
import type { Path } from './yaml-document.js'

const share = z.union([z.number().positive({ error: 'a weight is above 0' }), percent], {
  error: 'expected a weight such as 3, or a percentage',
})

export const loadSchema = mapping({
  flow: text.optional().describe('the flow that every call runs'),
  flows: z
    .record(z.string(), share, { error: 'expected a mapping of flows to weights' })
    .optional()
    .describe('flows with their weights, such as { talk: 70%, busy: 30% }'),
  arrivals: choice(['even', 'poisson']).optional().describe('how calls are spread over time; even when left out'),
  rate: rate.optional().describe('calls per second from beginning to end'),
  concurrent: count(100_000).optional().describe('calls kept in progress: the closed model'),
  stages: oneOrMany(text, 'expected a list of stages')
    .optional()
    .describe(
      '`ramp to 10/s over 30s`, `hold 2m`, `step to 20/s for 10s`; with `50 calls` in place of a rate the model is closed',
    ),
  for: positiveMilliseconds.optional().describe('how long calls are started'),
  calls: count(100_000_000).optional().describe('stop after so many calls'),
  'registration rate': rate.optional().describe('registrations per second before load starts, 100/s when left out'),
})

/** What could be read of the load; complete when nothing of it is wrong. */
export type LoadSection = Fields<typeof loadSchema> & { readonly complete?: boolean }

/** Reads `load:`, as far as it is right. */
export function readLoad(value: unknown, reading: Reading): LoadSection {
  const section = reading.fields(loadSchema, value, ['load'])
  const right = Object.values(section).every((field) => field !== undefined)
  const known = isMapping(value) && Object.keys(value).every((key) => Object.hasOwn(section, key))
  return { ...section, complete: right && known }
}

type Stage = Load['stages'][number]
interface Level {
  readonly value: number
  readonly closed: boolean
}

const defaultRegistrationRate = 100
/** Bound of a load that ends by its number of calls. */
const unboundedMs = 24 * 3_600_000

/** `10/s`, or `50 calls`. */
function parseLevel(source: string): Level | { wrong: string } {
  const calls = /^(\d+)\s+calls?$/.exec(source)
  if (calls) return { value: Number(calls[1]), closed: true }
  const perSecond = parseRate(source)
  if ('value' in perSecond) return { value: perSecond.value, closed: false }
  return { wrong: `"${source}" is neither a rate such as 10/s nor a number such as 50 calls` }
}

interface StageText {
  readonly from: string | undefined
  readonly to: string | undefined
  readonly time: string
}

const stageForms: readonly RegExp[] = [
  /^ramp(?:\s+from\s+(?<from>.+?))?\s+to\s+(?<to>.+?)\s+over\s+(?<time>.+)$/,
  /^step\s+to\s+(?<to>.+?)\s+for\s+(?<time>.+)$/,
  /^hold(?:\s+for)?\s+(?<time>.+)$/,
]

function stageText(source: string): (StageText & { form: number }) | undefined {
  for (const [form, pattern] of stageForms.entries()) {
    const groups = pattern.exec(source.trim().replace(/\s+/g, ' '))?.groups
    if (groups) return { form, from: groups.from, to: groups.to, time: groups.time ?? '' }
  }
  return undefined
}

/** Reads stages one after the other; each begins where the last one ended. */
function readStages(sources: readonly string[], path: Path, reading: Reading): { stages: Stage[]; closed: boolean } {
  const before = reading.problems.length
  const stages: Stage[] = []
  let level = 0
  let closed: boolean | undefined
  for (const [i, source] of sources.entries()) {
    const at = [...path, i]
    const words = stageText(source)
    if (words === undefined) {
      const hint = 'stages are `ramp to 10/s over 30s`, `hold 2m` and `step to 20/s for 10s`'
      reading.problem(at, `"${source}" is not a stage`, { hint })
      continue
    }
    const offsetOf = (part: string) => ({ offset: source.lastIndexOf(part) })
    const time = parseMilliseconds(words.time)
    if ('wrong' in time) reading.problem(at, time.wrong, offsetOf(words.time))
    const [first, last] = [words.from, words.to].map((word) => {
      const parsed = word === undefined ? undefined : parseLevel(word)
      if (word === undefined || parsed === undefined) return undefined
      if ('wrong' in parsed) {
        reading.problem(at, parsed.wrong, offsetOf(word))
        return undefined
      }
      if (closed !== undefined && closed !== parsed.closed) {
        reading.problem(at, 'stages are either in calls per second or in calls at once, not both', offsetOf(word))
      }
      closed ??= parsed.closed
      return parsed.value
    })
    const to = last ?? level
    stages.push({ from: words.form === 0 ? (first ?? level) : to, to, ms: 'value' in time ? time.value : 0 })
    level = to
  }
  if (closed === undefined && reading.problems.length === before)
    reading.problem(path, 'no stage says how many calls', { key: true })
  return { stages, closed: closed ?? false }
}

function checkTogether(section: LoadSection, path: Path, reading: Reading): void {
  const ways = (['rate', 'concurrent', 'stages'] as const).filter((key) => section[key] !== undefined)
  const [, second] = ways
  if (second !== undefined) {
    reading.problem([...path, second], `"${second}" and "${ways[0]}" say the same in two ways; keep one`, { key: true })
  }
  if (section.stages !== undefined && section.for !== undefined) {
    reading.problem([...path, 'for'], 'the stages say how long already; leave out "for"', { key: true })
  }
  if (section.flow !== undefined && section.flows !== undefined) {
    reading.problem([...path, 'flows'], '"flows" and "flow" say the same in two ways; keep one', { key: true })
  }
}

function constantStage(section: LoadSection, level: number, closed: boolean): Stage[] {
  const { calls, for: time } = section
  const bounded = calls !== undefined && !closed && section.arrivals !== 'poisson' && level > 0
  const untilCalls = bounded ? (calls * 1000) / level : unboundedMs
  return [{ from: level, to: level, ms: time ?? untilCalls }]
}

/** Whether the load says how much and how long, as far as it could be read. */
function checkComplete(section: LoadSection, hasFlows: boolean, path: Path, reading: Reading): void {
  const { rate: perSecond, concurrent, stages, for: time, calls } = section
  const curve = perSecond !== undefined || concurrent !== undefined
  if (hasFlows && !curve && stages === undefined) {
    const hint = 'add "rate: 10/s", "concurrent: 50" or "stages:"'
    reading.problem(path, 'nothing says how many calls to start', { key: true, hint })
  } else if (curve && time === undefined && calls === undefined) {
    reading.problem(path, 'nothing says when load ends', { key: true, hint: 'add "for: 1m" or "calls: 100"' })
  } else if (!hasFlows && time === undefined && calls === undefined) {
    reading.problem(path, 'nothing says how long agents stay', { key: true, hint: 'add "for: 1m" or "calls: 100"' })
  }
}

/** The load curve; without flows there is only time to pass. */
export function buildLoad(section: LoadSection, hasFlows: boolean, reading: Reading): Load {
  const path = ['load']
  if (section.complete) checkComplete(section, hasFlows, path, reading)
  checkTogether(section, path, reading)
  const byStages = section.stages === undefined ? undefined : readStages(section.stages, [...path, 'stages'], reading)
  const closed = byStages?.closed ?? section.concurrent !== undefined
  const level = section.rate ?? section.concurrent ?? 0
  if (closed && section.arrivals !== undefined) {
    reading.problem([...path, 'arrivals'], 'calls at once start when others end, so arrivals cannot be chosen', {
      key: true,
    })
  }
  return {
    model: closed ? 'closed' : 'open',
    arrivals: section.arrivals ?? 'even',
    stages: byStages?.stages ?? constantStage(section, level, closed),
    calls: section.calls,
    registrationRate: section['registration rate'] ?? defaultRegistrationRate,
  }
}
