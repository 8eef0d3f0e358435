import { cpus, release, type } from 'node:os'
import { isProbeable } from '../../conformance/catalogue.js'
import { coverageOf, findingsOf, type TitledRule, verdictsOf } from '../../conformance/findings.js'
import { elementAt } from '../../conformance/model/element.js'
import type { Profile } from '../../conformance/profile.js'
import type { KnownDeviation } from '../../conformance/profile-file.js'
import { Tally } from '../../conformance/tally.js'
import { type RunResult, resultSchema } from '../../model/result.js'
import type { PlayedProbe } from '../../probe/play.js'
import type { ProbeTarget } from '../../probe/target.js'
import { type FailOn, fails } from '../check/check-result.js'
import { version } from '../version.js'
import { evidenceText } from './evidence.js'

export interface ProbeParts {
  readonly target: ProbeTarget
  readonly played: readonly PlayedProbe[]
  readonly rules: readonly TitledRule[]
  readonly profile: Profile
  readonly deviations: readonly KnownDeviation[]
  readonly failOn: FailOn
  readonly startedAt: Date
  readonly durationSeconds: number
  readonly interrupted: boolean
}

/** The public result of probes: no calls of ours, findings and coverage instead. */
export function probeResult(parts: ProbeParts): RunResult {
  const { target, played, rules, startedAt, durationSeconds } = parts
  const tally = tallyOf(parts)
  const { name } = elementAt(target.address, target.transport)
  const findings = findingsOf(tally, {
    rules,
    profile: parts.profile,
    deviations: parts.deviations,
    today: startedAt.toISOString().slice(0, 10),
    software: softwareOf(name, played),
  })
  const coverage = { rules: { ...coverageOf(tally, rules, isProbeable), verdicts: verdictsOf(tally, rules) } }
  const { verdict, reasons } = verdictOf(parts, findings, coverage.rules.exercised)
  return {
    schema: resultSchema,
    verdict,
    reasons,
    scenario: { name: `probe of ${target.name}`, file: target.name, sha256: '', inputs: {} },
    environment: {
      version,
      node: process.version,
      os: `${type()} ${release()}`,
      cpu: cpus()[0]?.model ?? 'unknown',
      startedAt: startedAt.toISOString(),
      durationSeconds,
      shards: 1,
      packetIo: 'dgram',
      packetIoReason: 'probes send a few messages only',
    },
    checks: [],
    metrics: [],
    calls: { attempted: 0, established: 0, completed: 0, failed: 0, byOutcome: {}, byStatus: {}, failures: {} },
    agents: {},
    targets: [],
    media: { streams: 0, packetsSent: 0, packetsReceived: 0, packetsLost: 0, models: [] },
    faults: [],
    findings,
    coverage,
    probe: probedOf(parts, name),
    samples: [],
    generator: {
      scheduleLagMs: null,
      eventLoopDelayMs: null,
      cpuSeconds: process.cpuUsage().user / 1e6,
      socketDrops: 0,
      saturated: false,
      reasons: [],
      malformed: {},
    },
    timeline: { stepSeconds: 1, points: [], slices: [] },
  }
}

function tallyOf({ target, played, rules }: ProbeParts): Tally {
  const tally = new Tally()
  const element = elementAt(target.address, target.transport)
  const applied = new Set(rules.map(({ id }) => id))
  for (const each of played) {
    for (const [statement, verdict] of each.verdicts) {
      if (!applied.has(statement)) continue
      tally.add(statement, element, verdict, () => ({
        found: verdict.verdict === 'violation' ? verdict.found : '',
        frames: [],
        text: verdict.verdict === 'violation' ? evidenceText(each, verdict.proof) : '',
      }))
    }
  }
  return tally
}

/** What the target calls itself. */
function softwareOf(element: string, played: readonly PlayedProbe[]): ReadonlyMap<string, string> {
  for (const { entries } of played) {
    for (const { direction, message } of entries) {
      const name = direction === 'received' ? (message?.get('Server') ?? message?.get('User-Agent')) : undefined
      if (name !== undefined) return new Map([[element, name]])
    }
  }
  return new Map()
}

function verdictOf(
  { failOn, interrupted }: ProbeParts,
  findings: RunResult['findings'],
  exercised: number,
): Pick<RunResult, 'verdict' | 'reasons'> {
  const failing = findings.filter(({ verdict, severity }) => verdict === 'violation' && fails(severity, failOn))
  if (failing.length > 0)
    return { verdict: 'fail', reasons: [`${failing.length} rules are broken at or above "${failOn}"`] }
  if (interrupted) return { verdict: 'inconclusive', reasons: ['interrupted before all probes were played'] }
  if (exercised === 0)
    return { verdict: 'inconclusive', reasons: ['nothing was exercised: no probe applied to the target'] }
  return { verdict: 'pass', reasons: [] }
}

const probedOf = ({ target, played, profile }: ProbeParts, element: string): RunResult['probe'] & object => ({
  target: target.name,
  element,
  profile: profile.name,
  messages: played.reduce((sum, { entries }) => sum + entries.filter(({ message }) => message !== undefined).length, 0),
  probes: played.map(({ probe, entries, verdicts }) => ({
    id: probe.id,
    title: probe.title,
    seconds: Math.round((entries.at(-1)?.atMs ?? 0) - (entries[0]?.atMs ?? 0)) / 1000,
    verdicts: Array.from(verdicts, ([rule, verdict]) => ({
      rule,
      verdict: verdict.verdict,
      why: verdict.verdict === 'violation' ? verdict.found : (verdict.why ?? ''),
    })),
  })),
})
