import { cpus, release, type } from 'node:os'
import { SiploadgenError } from '../../base/errors.js'
import type { JudgedTraffic } from '../../conformance/traffic-judge.js'
import { srtpEngine } from '../../media/srtp/srtp-engine.js'
import { dtlsIo } from '../../media/webrtc/dtls/dtls-identity.js'
import type { DrillLimits } from '../../metrics/failover/fault-view.js'
import type { MeasureSource } from '../../metrics/measure.js'
import { publishedModels } from '../../metrics/model-tally.js'
import type { Snapshot } from '../../metrics/snapshot.js'
import { formatAddress } from '../../model/address.js'
import type { GeneratorHealth, ResultEnvironment, RunResult } from '../../model/result.js'
import type { AgentGroup, Scenario } from '../../model/scenario.js'
import { udpIo } from '../../transport/udp.js'
import type { RunParts } from '../../verdict/assemble-result.js'
import { version } from '../version.js'
import type { OpenRun } from './open-run.js'
import type { ScenarioRun } from './scenario-run.js'

/** What one process of a run knows of it when it is to be told: plain data, so that the parts of a run add up. */
export interface RunPart {
  readonly snapshot: Snapshot
  readonly agents: RunResult['agents']
  /** Why the last registration that failed did, by group. */
  readonly refusals: Readonly<Record<string, string>>
  readonly targets: RunParts['targets']
  readonly generator: GeneratorHealth
  readonly packetIo: ResultEnvironment['packetIo']
  readonly packetIoReason: string
  readonly loadMs: number
  /** Any response, of whatever kind, has come from a target. */
  readonly heard: boolean
}

/** `points` leaves out what costs most to encode, for while load runs. */
export function partOf({ run, recorder, self }: OpenRun, detail: 'slices' | 'points'): RunPart {
  return {
    snapshot: recorder.snapshot(detail),
    agents: agents(run),
    refusals: Object.fromEntries(
      run.groups.map(({ group }) => [group.name, run.observation.eventsOf(group.name).lastRefusal]),
    ),
    targets: targets(run),
    generator: health(run, self.health()),
    packetIo: run.media?.kind ?? 'dgram',
    packetIoReason: packetIoReason(run),
    loadMs: run.driver.elapsedMs,
    heard: run.observation.heard,
  }
}

/** What a result is made of besides what was measured. */
export interface ResultContext {
  readonly scenario: Scenario
  readonly shards: number
  readonly startedAt: Date
  /** Answers the thresholds. */
  readonly source: MeasureSource
  readonly samples: RunResult['samples']
  readonly faults: RunResult['faults']
  /** Why the run ended before its end; undefined when it did not. */
  readonly interruption: string | undefined
  readonly earlyEnd: string | undefined
  /** Faults that could not be made or undone. */
  readonly problems: readonly string[]
  /** Undefined while load runs, and where nobody judges. */
  readonly judged: JudgedTraffic | undefined
}

/** Gathers what the public result is made from. */
export function resultParts(part: RunPart, context: ResultContext): RunParts {
  const { scenario, source, samples, faults, interruption, earlyEnd, judged } = context
  const { snapshot, agents, targets, generator } = part
  return {
    scenario,
    environment: environment(part, context),
    snapshot,
    mediaModels: publishedModels(snapshot.models),
    source,
    agents,
    targets,
    faults,
    generator,
    samples,
    interruption,
    unproven: nobodyRegistered(part, scenario) ?? context.problems[0],
    earlyEnd,
    ...(judged && { findings: judged.findings, coverage: { rules: judged.coverage } }),
  }
}

/** By what the faults of a run are judged once load is over. */
export const drillLimits = ({ scenario, clock }: Pick<ScenarioRun, 'scenario' | 'clock'>): DrillLimits => ({
  zombieAfterMs: scenario.failover.zombieAfterMs,
  gapMs: scenario.hearing.gapMs,
  endMs: clock.nowMs(),
})

/** A run that nobody ever answered has measured nothing. */
export function refuseSilence(heard: boolean, { calls }: RunResult): void {
  if (heard || calls.attempted === 0) return
  const detail = `no target ever answered: ${calls.attempted} calls met silence or refusal`
  throw new SiploadgenError('environment/no-response', detail)
}

/** What a run that is killed leaves behind: readable, and never more than inconclusive. */
export function unfinished(result: RunResult): RunResult {
  const reason = 'the run has not come to its end'
  return { ...result, verdict: 'inconclusive', reasons: [reason, ...result.reasons] }
}

/** Phones that never registered have proven nothing about the calls that they were to place and take. */
function nobodyRegistered({ agents, refusals }: RunPart, { groups }: Scenario): string | undefined {
  for (const { name, register } of groups) {
    const { registrations = 0, registrationsFailed = 0 } = agents[name] ?? {}
    if (!register || registrations > 0 || registrationsFailed === 0) continue
    return `no agent of group "${name}" could register: ${refusals[name]}`
  }
  return undefined
}

/** Whose calls have local RTP ports of their own, and whose share some. */
function portsText({ media, scenario }: ScenarioRun): string[] {
  if (!media) return []
  const names = (use: AgentGroup['mediaPorts']): string =>
    scenario.groups
      .filter((group) => group.media !== 'none' && group.mediaPorts === use)
      .map(({ name }) => name)
      .join(' and ')
  const [own, shared] = [names('own'), names('shared')]
  const { sharedPorts } = media.counters
  return [
    ...(shared === '' ? [] : [`RTP ports: calls of ${shared} share ${sharedPorts} of them (media ports: shared)`]),
    ...(own === '' ? [] : [`RTP ports: each call of ${own} has its own`]),
  ]
}

/** The contract's field tells how RTP goes; the other parts have their own choices. */
const packetIoReason = (run: ScenarioRun): string =>
  [
    `RTP: ${run.media ? `${run.media.kind} (${run.media.reason})` : 'no media in this scenario'}`,
    ...portsText(run),
    `SIP over UDP: ${udpIo.kind} (${udpIo.reason})`,
    `SRTP: ${srtpEngine.kind} (${srtpEngine.reason})`,
    `DTLS: ${dtlsIo.kind} (${dtlsIo.reason})`,
  ].join('; ')

function environment(part: RunPart, { startedAt, shards }: ResultContext): ResultEnvironment {
  const processors = cpus()
  return {
    version,
    node: process.versions.node,
    os: `${type()} ${release()}`,
    cpu: `${processors.length} x ${processors[0]?.model.trim() ?? 'unknown'}`,
    startedAt: startedAt.toISOString(),
    durationSeconds: Math.round(part.loadMs) / 1000,
    shards,
    packetIo: part.packetIo,
    packetIoReason: part.packetIoReason,
  }
}

function agents(run: ScenarioRun): RunResult['agents'] {
  const entries = run.groups.map(({ group, phones }) => {
    const { connectionsLost, registrations, registrationsFailed } = run.observation.eventsOf(group.name)
    const counts = {
      count: phones.length,
      registered: phones.filter((phone) => phone.registered).length,
      connections: phones.reduce((sum, phone) => sum + phone.flows.filter((flow) => flow.channel?.reliable).length, 0),
      connectionsLost,
      registrations,
      registrationsFailed,
    }
    return [group.name, counts] as const
  })
  return Object.fromEntries(entries)
}

function targets(run: ScenarioRun): RunParts['targets'] {
  const addresses = new Map<string, Set<string>>()
  for (const place of run.places?.values() ?? []) {
    for (const { name, address } of place.targets) {
      const known = addresses.get(name) ?? new Set<string>()
      addresses.set(name, known.add(formatAddress(address)))
    }
  }
  return [...addresses].map(([name, known]) => ({ name, addresses: [...known] }))
}

/** Waiting for a free phone is the generator's lack, whatever else it could do. */
function health(run: ScenarioRun, own: GeneratorHealth): GeneratorHealth {
  const starved = run.driver.pools.starvation.map(
    ({ group, times }) => `${times} calls waited for a free phone of group "${group}": raise its count`,
  )
  const late = (own.scheduleLagMs ?? 0) > 20
  return late && starved.length > 0 ? { ...own, saturated: true, reasons: [...own.reasons, ...starved] } : own
}
