import type { RuleVerdicts, RunResult } from '../model/result.js'

/** A conformance rule as a test case. */
export interface RuleCase {
  readonly name: string
  readonly outcome: 'pass' | 'failure' | 'skipped'
  /** One line. */
  readonly message: string
  /** Evidence. */
  readonly text: string
}

/** Every rule that was applied: broken is a failure; inconclusive, not exercised and known deviations are skipped. */
export const ruleCases = (result: RunResult): readonly RuleCase[] =>
  (result.coverage.rules.verdicts ?? []).map((verdicts) => caseOf(verdicts, result))

function caseOf({ rule, expected, pass, inconclusive }: RuleVerdicts, { findings }: RunResult): RuleCase {
  const own = findings.filter((finding) => finding.rule === rule)
  const name = `${rule}: ${expected}`
  const violations = own.filter(({ verdict }) => verdict === 'violation')
  if (violations.length > 0) {
    const message = violations.map(({ element, count, found }) => `${element}: ${found} (${count} times)`).join('; ')
    return { name, outcome: 'failure', message, text: violations.flatMap(({ examples }) => examples).join('\n\n') }
  }
  const [known] = own.filter(({ verdict }) => verdict === 'known deviation')
  const skipped = (message: string): RuleCase => ({ name, outcome: 'skipped', message, text: '' })
  if (known !== undefined) return skipped(`known deviation: ${known.found ?? ''}`)
  if (pass > 0) return { name, outcome: 'pass', message: '', text: '' }
  const reasons = own.map(({ found = '' }) => found).join('; ')
  return skipped(inconclusive > 0 ? `inconclusive: ${reasons}` : 'not exercised')
}
