import { cpus, release, type } from 'node:os'
import type { JudgedTraffic } from '../../conformance/traffic-judge.js'
import { srtpEngine } from '../../media/srtp/srtp-engine.js'
import { dtlsIo } from '../../media/webrtc/dtls/dtls-identity.js'
import type { DrillLimits } from '../../metrics/failover/fault-view.js'
import { publishedModels } from '../../metrics/model-tally.js'
import type { Recorder } from '../../metrics/recorder.js'
import type { SelfObservation } from '../../metrics/self-observation.js'
import { formatAddress } from '../../model/address.js'
import type { GeneratorHealth, ResultEnvironment, RunResult } from '../../model/result.js'
import { udpIo } from '../../transport/udp.js'
import type { RunParts } from '../../verdict/assemble-result.js'
import { version } from '../version.js'
import { faultResults } from './fault-results.js'
import type { Interruption } from './interruption.js'
import type { Recordings } from './recordings.js'
import type { ScenarioRun } from './scenario-run.js'

export interface ResultSources {
  readonly run: ScenarioRun
  readonly recorder: Recorder
  readonly self: SelfObservation
  readonly startedAt: Date
  readonly interruption: Interruption
  readonly watch: { readonly earlyEnd: string | undefined }
  /** Undefined while load runs, since decoding takes its time, and when nothing is recorded. */
  readonly recordings: Recordings | undefined
  /** Undefined while load runs, and where nobody judges. */
  readonly judged: JudgedTraffic | undefined
  /** Faults that could not be made or undone. */
  readonly drill: { readonly problems: readonly string[] } | undefined
}

/** Gathers what the public result is made from. While load runs, `points` leaves out what costs most to encode. */
export function resultParts(sources: ResultSources, timeline: 'slices' | 'points'): RunParts {
  const { run, recorder, self, startedAt, interruption, watch, recordings, judged } = sources
  const snapshot = recorder.snapshot(timeline)
  return {
    scenario: run.scenario,
    environment: environment(run, startedAt),
    snapshot,
    mediaModels: publishedModels(snapshot.models),
    source: recorder,
    agents: agents(run),
    targets: targets(run),
    faults: faultResults(snapshot.faults, snapshot.faultFigures, run.driver.startMs, run.clock.nowMs()),
    generator: health(run, self.health()),
    samples: run.samples.samples((record) => recordings?.fileOf(record) ?? null),
    interruption: interruption.reason,
    unproven: nobodyRegistered(run) ?? sources.drill?.problems[0],
    earlyEnd: watch.earlyEnd,
    ...(judged && { findings: judged.findings, coverage: { rules: judged.coverage } }),
  }
}

/** By what the faults of a run are judged once load is over. */
export const drillLimits = ({ scenario, clock }: ScenarioRun): DrillLimits => ({
  zombieAfterMs: scenario.failover.zombieAfterMs,
  gapMs: scenario.hearing.gapMs,
  endMs: clock.nowMs(),
})

/** What a run that is killed leaves behind: readable, and never more than inconclusive. */
export function unfinished(result: RunResult): RunResult {
  const reason = 'the run has not come to its end'
  return { ...result, verdict: 'inconclusive', reasons: [reason, ...result.reasons] }
}

/** Phones that never registered have proven nothing about the calls that they were to place and take. */
function nobodyRegistered(run: ScenarioRun): string | undefined {
  for (const { group } of run.groups) {
    const { registrations, registrationsFailed, lastRefusal } = run.observation.eventsOf(group.name)
    if (!group.register || registrations > 0 || registrationsFailed === 0) continue
    return `no agent of group "${group.name}" could register: ${lastRefusal}`
  }
  return undefined
}

/** The contract's field tells how RTP goes; the other parts have their own choices. */
const packetIoReason = (run: ScenarioRun): string =>
  [
    `RTP: ${run.media ? `${run.media.kind} (${run.media.reason})` : 'no media in this scenario'}`,
    `SIP over UDP: ${udpIo.kind} (${udpIo.reason})`,
    `SRTP: ${srtpEngine.kind} (${srtpEngine.reason})`,
    `DTLS: ${dtlsIo.kind} (${dtlsIo.reason})`,
  ].join('; ')

function environment(run: ScenarioRun, startedAt: Date): ResultEnvironment {
  const processors = cpus()
  return {
    version,
    node: process.versions.node,
    os: `${type()} ${release()}`,
    cpu: `${processors.length} x ${processors[0]?.model.trim() ?? 'unknown'}`,
    startedAt: startedAt.toISOString(),
    durationSeconds: Math.round(run.driver.elapsedMs) / 1000,
    shards: 1,
    packetIo: run.media?.kind ?? 'dgram',
    packetIoReason: packetIoReason(run),
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
  const starved = run.driver.starvation.map(
    ({ group, times }) => `${times} calls waited for a free phone of group "${group}": raise its count`,
  )
  const late = (own.scheduleLagMs ?? 0) > 20
  return late && starved.length > 0 ? { ...own, saturated: true, reasons: [...own.reasons, ...starved] } : own
}
