import type { Finding, RuleVerdicts } from '../model/result.js'
import { catalogue, isTestable, type Statement, statementOf } from './catalogue.js'
import { wiresharkFilter } from './evidence.js'
import { adjustmentOf, type Profile, type Severity } from './profile.js'
import type { KnownDeviation } from './profile-file.js'
import type { Entry, Example, Tally } from './tally.js'

/** A statement and what it wants in one sentence. */
export interface TitledRule {
  readonly id: string
  readonly title: string
}

export interface FindingOptions {
  readonly rules: readonly TitledRule[]
  readonly profile: Profile
  readonly deviations: readonly KnownDeviation[]
  /** `2026-11-26`: deviations whose day has passed are violations. */
  readonly today: string
  /** User-Agent or Server by element. */
  readonly software: ReadonlyMap<string, string>
}

const rank: Readonly<Record<string, number>> = { violation: 0, 'known deviation': 1, inconclusive: 2 }
const severityRank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 }

/** Violations, known deviations and inconclusive verdicts: the most severe first, then by element and rule. */
export function findingsOf(tally: Tally, options: FindingOptions): readonly Finding[] {
  const titles = new Map(options.rules.map(({ id, title }) => [id, title]))
  return tally
    .entries()
    .filter(({ counts }) => counts.violation + counts.inconclusive > 0)
    .map((entry) => findingOf(entry, titles.get(entry.rule) ?? '', options))
    .sort(
      (a, b) =>
        (rank[a.verdict] ?? 0) - (rank[b.verdict] ?? 0) ||
        severityRank[a.severity] - severityRank[b.severity] ||
        compare(a.element, b.element) ||
        compare(a.rule, b.rule),
    )
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function findingOf(entry: Entry, expected: string, options: FindingOptions): Finding {
  const { rule, element, counts, examples, reasons } = entry
  const statement = statementOf(rule)
  const software = options.software.get(element)
  const known = deviationFor(rule, software, options)
  const isViolation = counts.violation > 0
  const frames = [...new Set(examples.flatMap((example) => example.frames))].sort((a, b) => a - b)
  return {
    rule,
    severity: severityOf(rule, options.profile),
    element,
    count: isViolation ? counts.violation : counts.inconclusive,
    verdict: !isViolation ? 'inconclusive' : known === undefined ? 'violation' : 'known deviation',
    examples: examples.map(exampleText),
    clause: statement?.clause ?? '',
    level: statement?.level ?? '',
    expected,
    found: foundText(entry, known) ?? [...reasons.keys()].join('; '),
    frames,
    ...(software === undefined ? {} : { software }),
  }
}

const exampleText = ({ found, text, frames }: Example): string =>
  [found, text, ...(frames.length > 0 ? [`Wireshark: ${wiresharkFilter(frames)}`] : [])].join('\n')

function foundText({ examples }: Entry, known: KnownDeviation | undefined): string | undefined {
  const found = examples[0]?.found
  return found === undefined || known === undefined ? found : `${found} (${known.reason}; until ${known.expires})`
}

const deviationFor = (
  rule: string,
  software: string | undefined,
  options: FindingOptions,
): KnownDeviation | undefined =>
  software === undefined
    ? undefined
    : options.deviations.find(
        (each) => each.rule === rule && each.expires >= options.today && new RegExp(each.product).test(software),
      )

function severityOf(rule: string, profile: Profile): Severity {
  const adjusted = adjustmentOf(profile, rule)?.severity
  if (adjusted !== undefined && adjusted !== 'off') return adjusted
  const severity = statementOf(rule)?.severity
  return severity === undefined || severity === 'none' ? 'error' : severity
}

/** How often each rule came to each verdict. */
export function verdictsOf(tally: Tally, rules: readonly TitledRule[]): readonly RuleVerdicts[] {
  const sums = new Map(rules.map(({ id }) => [id, { pass: 0, violation: 0, inconclusive: 0, notApplicable: 0 }]))
  for (const { rule, counts } of tally.entries()) {
    const sum = sums.get(rule)
    if (sum === undefined) continue
    sum.pass += counts.pass
    sum.violation += counts.violation
    sum.inconclusive += counts.inconclusive
    sum.notApplicable += counts['not applicable']
  }
  return rules.map(({ id, title }) => ({
    rule: id,
    clause: statementOf(id)?.clause ?? '',
    expected: title,
    ...(sums.get(id) ?? { pass: 0, violation: 0, inconclusive: 0, notApplicable: 0 }),
  }))
}

/** Statements that can be decided, those with a rule, and those whose rule judged something. */
export function coverageOf(
  tally: Tally,
  rules: readonly TitledRule[],
  decidable: (statement: Statement) => boolean = isTestable,
): { testable: number; implemented: number; exercised: number } {
  const testable = new Set(
    catalogue()
      .statements.filter(decidable)
      .map(({ id }) => id),
  )
  const exercised = tally.exercised()
  const implemented = rules.filter(({ id }) => testable.has(id))
  return {
    testable: testable.size,
    implemented: implemented.length,
    exercised: implemented.filter(({ id }) => exercised.has(id)).length,
  }
}
