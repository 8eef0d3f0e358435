import { exitCode } from '../base/error-table.js'
import type { Check, Finding, Verdict } from '../model/result.js'

/** All that bears on the verdict of a run. */
export interface Evidence {
  readonly checks: readonly Check[]
  readonly findings: readonly Finding[]
  /** Something was tried that can be judged: a call, a registration or a rule. */
  readonly exercised: boolean
  /** Why the generator was the bottleneck; empty when it was not. */
  readonly saturation: readonly string[]
  /** Why the run ended before its end, by a signal or a lost worker. `abort after` is no interruption. */
  readonly interruption: string | undefined
  /** Why what was measured proves less than it seems to: alone it makes a run inconclusive. */
  readonly unproven?: string | undefined
  /** Why a threshold ended it. */
  readonly earlyEnd: string | undefined
}

export interface Decision {
  readonly verdict: Verdict
  readonly reasons: readonly string[]
}

const missed = (check: Check): string => `${check.title}: measured ${check.measured}`

/**
 * The verdict of a run. What makes the whole run prove nothing comes first (saturated generator, interruption, nothing
 * exercised): then missed thresholds are still listed, and decide nothing. Otherwise one missed threshold or one
 * violation fails it, even when another threshold found no data; and no data alone is inconclusive.
 */
export function decideVerdict(evidence: Evidence): Decision {
  const { checks, findings, earlyEnd } = evidence
  const failures = [
    ...(earlyEnd === undefined ? [] : [earlyEnd]),
    ...checks.filter((check) => check.verdict === 'fail').map(missed),
    ...findings.filter(isFailure).map((finding) => violation(finding)),
  ]
  const silent = [
    ...(evidence.unproven === undefined ? [] : [evidence.unproven]),
    ...checks.filter((check) => check.verdict === 'inconclusive').map((check) => `${check.title}: ${check.measured}`),
  ]
  const nothingProven = [
    ...evidence.saturation.map((reason) => `the generator was the bottleneck: ${reason}`),
    ...(evidence.interruption === undefined ? [] : [evidence.interruption]),
    ...(evidence.exercised ? [] : ['nothing was exercised: no call and no registration was attempted']),
  ]
  if (nothingProven.length > 0) {
    return { verdict: 'inconclusive', reasons: [...nothingProven, ...failures, ...silent] }
  }
  if (failures.length > 0) return { verdict: 'fail', reasons: [...failures, ...silent] }
  return silent.length > 0 ? { verdict: 'inconclusive', reasons: silent } : { verdict: 'pass', reasons: [] }
}

/** What could not be decided, and what a product is known to do, fails nothing. */
const isFailure = ({ severity, verdict }: Finding): boolean =>
  severity === 'error' && verdict !== 'inconclusive' && verdict !== 'known deviation'

const violation = (finding: Finding): string =>
  `${finding.rule}: ${finding.count} ${finding.count === 1 ? 'violation' : 'violations'} by ${finding.element}`

/** The highest cause in this order decides the exit code of the program. */
const order: readonly number[] = [
  exitCode.bug,
  exitCode.usage,
  exitCode.environment,
  exitCode.inconclusive,
  exitCode.fail,
  exitCode.pass,
]

/** The exit code for a verdict, when there is one, and the exit codes of errors that happened. */
export function exitCodeOf(verdict: Verdict | undefined, errorExits: readonly number[] = []): number {
  const causes = verdict === undefined ? [...errorExits] : [...errorExits, exitCode[verdict]]
  return order.find((code) => causes.includes(code)) ?? exitCode.bug
}
