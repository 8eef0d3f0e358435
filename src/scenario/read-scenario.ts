import { createHash, randomInt } from 'node:crypto'
import { basename } from 'node:path'
import { transportNames } from '../model/address.js'
import { usualFailover } from '../model/failover-settings.js'
import { usualHearing } from '../model/hearing-limits.js'
import type { RepeatSettings } from '../model/repetition.js'
import type { AgentGroup, GatewayTarget, Scenario } from '../model/scenario.js'
import type { Value } from './arithmetic.js'
import { buildCapture } from './capture-section.js'
import { checkScenario } from './checks.js'
import { buildConformance } from './conformance-section.js'
import { asksOwnDns, buildDns } from './dns-section.js'
import { buildFaults } from './faults-section.js'
import { buildFlows } from './flows.js'
import { buildGateway } from './gateway-section.js'
import { buildGroup, secretInputs } from './group.js'
import { readInputs } from './inputs.js'
import { buildLoad, readLoad } from './load-section.js'
import { type Problem, sortProblems } from './problem.js'
import { isMapping, kindOf, type Mapping, Reading } from './reading.js'
import { type Sections, sections } from './scenario-schema.js'
import { didYouMean, suggest } from './suggest.js'
import { readThresholds } from './thresholds.js'
import { YamlDocument } from './yaml-document.js'

export interface ReadOptions {
  /** Values for declared inputs. */
  readonly set: Readonly<Record<string, string>>
  readonly seed?: number
}

/** Reads a scenario, or gives every problem that it has. */
export function readScenario(
  text: string,
  file: string,
  options: ReadOptions,
): { scenario: Scenario } | { problems: [Problem, ...Problem[]] } {
  const { document, value, problems } = YamlDocument.read(text, file)
  let scenario: Scenario | undefined
  if (document !== undefined) {
    const reading = new Reading(document)
    scenario = build(value, text, reading, options)
    problems.push(...reading.problems)
  }
  const [first, ...others] = sortProblems(problems)
  if (first !== undefined) return { problems: [first, ...others] }
  if (scenario === undefined) throw new Error('a scenario that was not built has problems')
  return { scenario }
}

function build(value: unknown, text: string, reading: Reading, options: ReadOptions): Scenario | undefined {
  if (!isMapping(value)) {
    reading.problem([], 'a scenario is a mapping that begins with version: 1')
    return undefined
  }
  if (!checkHead(value, reading)) return undefined
  reading.inputs = readInputs(value.inputs, options.set, reading)
  const expanded = reading.expand(value, []) as Mapping
  const parts = parseSections(expanded, reading)
  const spoken = spokenTransports(expanded.agents)
  const gateway: GatewayTarget = buildGateway(parts.gateway ?? 'embedded', ['gateway'], reading, spoken)
  const rawGroups = asObject(expanded.agents)
  const groups = buildGroups(rawGroups, gateway, reading)
  if (expanded.agents !== undefined && parts.agents !== undefined && Object.keys(rawGroups).length === 0) {
    reading.problem(['agents'], 'there is no group of agents', { key: true })
  }
  const columns = new Map(groups.map((group) => [group.name, Object.keys(group.rows[0] ?? {})]))
  const loadSection = Object.hasOwn(expanded, 'load') ? readLoad(expanded.load, reading) : undefined
  const flows = buildFlows(asObject(expanded.flows), loadSection, columns, Object.keys(rawGroups), reading)
  const load = buildLoad(loadSection ?? {}, flows.length > 0, reading)
  const faultContext = { gateway, load, ownDns: asksOwnDns(gateway, parts.dns) }
  const faults = buildFaults(parts.faults ?? [], faultContext, reading)
  const scenario: Scenario = {
    version: 1,
    name: parts.name ?? basename(reading.document.file).replace(/\.ya?ml$/i, ''),
    file: reading.document.file,
    sha256: createHash('sha256').update(text).digest('hex'),
    seed: options.seed ?? parts.seed ?? randomInt(2 ** 31),
    inputs: shownInputs(reading.inputs, value.agents),
    gateway,
    groups,
    flows,
    load,
    faults,
    dns: buildDns(parts.dns, reading),
    thresholds: readThresholds(parts.expect ?? [], Object.keys(rawGroups), faults, reading),
    conformance: buildConformance(parts.conformance, reading),
    ...plainSections(parts),
  }
  checkScenario(scenario, loadSection ?? {}, reading)
  return scenario
}

/** Sections that are what they say. */
const plainSections = (parts: Sections) => ({
  repeat: repeatOf(parts.repeat),
  warmupMs: parts.warmup ?? 0,
  limits: {
    callsPerSecond: parts.limits?.['calls per second'],
    concurrentCalls: parts.limits?.['concurrent calls'],
    numbers: parts.limits?.numbers ?? [],
  },
  allow: parts.allow ?? [],
  timers: { t1Ms: parts.timers?.t1 ?? 500, t2Ms: parts.timers?.t2 ?? 4000, t4Ms: parts.timers?.t4 ?? 5000 },
  failover: {
    avoidMs: parts.failover?.avoid ?? usualFailover.avoidMs,
    zombieAfterMs: parts.failover?.['zombie after'] ?? usualFailover.zombieAfterMs,
  },
  samples: { calls: parts.samples?.calls ?? 20 },
  capture: buildCapture(parts.capture),
  hearing: { lateMs: parts.hearing?.late ?? usualHearing.lateMs, gapMs: parts.hearing?.gap ?? usualHearing.gapMs },
  record: parts.record && { calls: parts.record.calls, longestMs: parts.record.longest ?? 60_000 },
})

const usualRestMs = 10_000

function repeatOf(section: Sections['repeat'] = 1): RepeatSettings {
  if (typeof section === 'number') return { times: section, restMs: usualRestMs }
  return { times: section.times, restMs: section.rest ?? usualRestMs }
}

const asObject = (value: unknown): Mapping => (isMapping(value) ? value : {})

/** The version comes first, so that whatever follows can be read by it. */
function checkHead(value: Mapping, reading: Reading): boolean {
  const hint = 'write version: 1 in the first line'
  const [first] = Object.keys(value)
  if (!Object.hasOwn(value, 'version')) {
    reading.problem(first === undefined ? [] : [first], '"version" is missing', { key: true, hint })
    return first !== undefined
  }
  if (value.version !== 1) {
    const text =
      value.version === '1'
        ? 'version is the number 1, without quotes'
        : typeof value.version === 'number'
          ? `version ${value.version} is not known`
          : `version is the number 1, not ${kindOf(value.version)}`
    reading.problem(['version'], text, { hint: 'this siploadgen reads version: 1' })
    return false
  }
  if (first !== 'version') reading.problem(['version'], '"version" comes first', { key: true, hint })
  return true
}

/** Reads each section on its own, so that a mistake in one hides none in another. */
function parseSections(value: Mapping, reading: Reading): Sections {
  const known = Object.keys(sections)
  const unknown = Object.keys(value).filter((key) => !known.includes(key))
  for (const key of unknown) reading.problem([key], `unknown key "${key}"${didYouMean(key, known)}`, { key: true })
  const parts: Record<string, unknown> = {}
  for (const [name, schema] of Object.entries(sections)) {
    if (name === 'agents' || name === 'flows') parts[name] = container(name, value, reading)
    else if (name !== 'inputs' && name !== 'version' && name !== 'load' && Object.hasOwn(value, name)) {
      parts[name] = reading.parse<unknown>(schema, value[name], [name])
    }
  }
  for (const name of ['agents', 'load']) {
    if (Object.hasOwn(value, name) || unknown.some((key) => suggest(key, known) === name)) continue
    reading.problem(['version'], `"${name}" is missing`, { key: true })
  }
  return parts as Sections
}

/** A section whose members are read one by one: only its own shape is checked here. */
function container(name: string, value: Mapping, reading: Reading): unknown {
  const section = value[name]
  if (!Object.hasOwn(value, name)) return undefined
  if (isMapping(section)) return section
  reading.problem([name], `"${name}" is a mapping of names to ${name === 'agents' ? 'groups' : 'lists of steps'}`)
  return undefined
}

/** Transports that groups name: a gateway given as a bare host is meant for these. */
function spokenTransports(agents: unknown): (typeof transportNames)[number][] {
  const written = Object.values(asObject(agents)).map((group) => asObject(group).transport ?? 'udp')
  return transportNames.filter((name) => written.includes(name))
}

function buildGroups(raw: Mapping, gateway: GatewayTarget, reading: Reading): AgentGroup[] {
  const names = Object.keys(raw)
  const groups = names.map((name) => {
    const path = ['agents', name]
    if (!/^[A-Za-z_][\w-]*$/.test(name)) reading.problem(path, `"${name}" cannot be the name of a group`, { key: true })
    return buildGroup({ name, path, reading, groups: names, gateway, written: raw[name] })
  })
  if (groups.some(({ media, marks }) => media !== 'none' && marks)) return groups
  // Looking for marks costs more than all else that JavaScript does for a stream: nobody looks for what nobody sends.
  return groups.map((group) => ('listening' in asObject(raw[group.name]) ? group : { ...group, listening: 0 }))
}

/** Inputs as results show them: one that a password is made of is hidden. */
function shownInputs(inputs: Readonly<Record<string, Value>>, agents: unknown): Record<string, string> {
  const secret = new Set(Object.values(asObject(agents)).flatMap((group) => secretInputs(asObject(group).password)))
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [name, secret.has(name) ? '(hidden)' : String(value)]),
  )
}
