import { expect } from 'vitest'
import type { Finding } from '../../src/model/result.js'

/** What an element is known to do against a rule, checked by hand against the messages and the RFC. */
export interface Explained {
  readonly who: string
  readonly rules: string
  readonly reason: string
}

/** Every violation is explained, and every explanation needed. */
export function expectExplained(
  findings: readonly Finding[],
  nameOf: (finding: Finding) => string,
  explained: readonly Explained[],
): void {
  const rows = (list: readonly Explained[]): string[] =>
    list.flatMap(({ who, rules }) => rules.split(' ').map((rule) => `${who}: ${rule}`))
  const violations = findings.filter(({ verdict }) => verdict === 'violation')
  const found = new Map(violations.map((finding) => [`${nameOf(finding)}: ${finding.rule}`, finding]))
  const unknown = [...found].filter(([row]) => !rows(explained).includes(row))
  expect(unknown.map(([row, { examples }]) => `${row}\n${examples[0]}`)).toEqual([])
  expect(rows(explained).filter((row) => !found.has(row))).toEqual([])
}
