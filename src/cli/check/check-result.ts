import { cpus, release, type } from 'node:os'
import { basename } from 'node:path'
import type { CaptureSummary } from '../../capture/captured-message.js'
import type { Finding, JudgedCapture, ResultEnvironment, RunResult, Verdict } from '../../model/result.js'
import { resultSchema } from '../../model/result.js'
import { version } from '../version.js'
import type { JudgedCaptures } from './judge-captures.js'

export type FailOn = 'error' | 'warning' | 'info' | 'never'

/** Whether a severity is at or above the least that fails. */
export const fails = (severity: Finding['severity'], failOn: FailOn): boolean => rank[severity] <= rank[failOn]

const rank: Readonly<Record<FailOn, number>> = { never: -1, error: 0, warning: 1, info: 2 }

export interface CheckParts {
  readonly judged: JudgedCaptures
  readonly findings: readonly Finding[]
  readonly coverage: RunResult['coverage']
  readonly profile: string
  readonly failOn: FailOn
  readonly startedAt: Date
}

const damageText = ({ damage }: CaptureSummary): readonly string[] =>
  damage === undefined ? [] : [`${damage.file}: damaged at byte ${damage.offset}: ${damage.text}`]

const unreadText = ({ file, unread }: CaptureSummary): readonly string[] =>
  Object.entries(unread).map(([kind, count]) => `${file}: ${count} frames not read: ${kind}`)

/** The public result of judged captures: no calls of ours, findings and coverage instead. */
export function checkResult(parts: CheckParts): RunResult {
  const { judged, findings, coverage, startedAt } = parts
  const { summaries } = judged
  const files = summaries.map(({ file }) => file)
  const { verdict, reasons } = verdictOf(parts)
  return {
    schema: resultSchema,
    verdict,
    reasons,
    scenario: { name: files.map((file) => basename(file)).join(', '), file: files.join(', '), sha256: '', inputs: {} },
    environment: environmentOf(summaries, startedAt),
    checks: [],
    metrics: [],
    calls: { attempted: 0, established: 0, completed: 0, failed: 0, byOutcome: {}, byStatus: {}, failures: {} },
    agents: {},
    targets: [],
    media: {
      streams: judged.media.streams,
      packetsSent: 0,
      packetsReceived: judged.media.packets,
      packetsLost: judged.media.lost,
      models: [],
    },
    faults: [],
    findings,
    coverage,
    capture: captureOf(parts),
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

/** Violations at or above the threshold fail; a capture in which nothing was exercised proves nothing. */
function verdictOf({ findings, coverage, judged, failOn }: CheckParts): {
  verdict: Verdict
  reasons: readonly string[]
} {
  const failing = findings.filter(({ verdict, severity }) => verdict === 'violation' && fails(severity, failOn))
  const damage = judged.summaries.flatMap(damageText)
  if (failing.length > 0) {
    const rules = new Set(failing.map(({ rule }) => rule)).size
    return { verdict: 'fail', reasons: [`${rules} rules are broken at or above "${failOn}"`, ...damage] }
  }
  if (coverage.rules.exercised === 0) {
    const seen = judged.messages === 0 ? 'there is no SIP that could be read' : 'no rule applied to anything'
    return { verdict: 'inconclusive', reasons: [`nothing was exercised: ${seen}`, ...damage] }
  }
  return damage.length > 0 ? { verdict: 'inconclusive', reasons: damage } : { verdict: 'pass', reasons: [] }
}

function captureOf({ judged, profile }: CheckParts): JudgedCapture {
  const { summaries, messages, vantage, losses } = judged
  const sum = (read: (summary: CaptureSummary) => number): number =>
    summaries.reduce((total, each) => total + read(each), 0)
  return {
    files: summaries.map(({ file }) => file),
    frames: sum(({ frames }) => frames),
    duplicates: sum(({ duplicates }) => duplicates),
    messages,
    profile,
    vantage,
    media: judged.media.media(),
    notes: [...summaries.flatMap((each) => [...damageText(each), ...unreadText(each), ...each.notes]), ...losses],
  }
}

function environmentOf(summaries: readonly CaptureSummary[], startedAt: Date): ResultEnvironment {
  const seconds = summaries.map(({ firstMs, lastMs }) => ((lastMs ?? 0) - (firstMs ?? 0)) / 1000)
  return {
    version,
    node: process.version,
    os: `${type()} ${release()}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    startedAt: startedAt.toISOString(),
    durationSeconds: Math.max(0, ...seconds),
    shards: 1,
    packetIo: 'dgram',
    packetIoReason: 'nothing was sent: captures were judged',
  }
}
