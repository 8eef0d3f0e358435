import type { Finding, RunResult } from '../model/result.js'
import type { Reporter } from './reporter.js'

const levels: Readonly<Record<Finding['severity'], 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
}

function rulesOf(result: RunResult): readonly object[] {
  const byId = new Map<string, object>()
  for (const { rule, clause, expected } of result.coverage.rules.verdicts ?? []) {
    byId.set(rule, { id: rule, shortDescription: { text: expected }, properties: { clause } })
  }
  return [...byId.values()]
}

function resultOf(finding: Finding, file: string): object {
  const { rule, severity, element, count, verdict, found = '', expected = '', frames = [], examples } = finding
  return {
    ruleId: rule,
    level: levels[severity],
    kind: 'fail',
    message: { text: `${element}: ${found} (${count} times). Expected: ${expected}\n\n${examples[0] ?? ''}`.trimEnd() },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: encodeURI(file) } },
        logicalLocations: [{ fullyQualifiedName: element, kind: 'element' }],
      },
    ],
    properties: { count, frames },
    ...(verdict === 'known deviation' ? { suppressions: [{ kind: 'external', justification: found }] } : {}),
  }
}

/** SARIF 2.1.0: violations as results, known deviations as suppressed ones; what is inconclusive is no result. */
export const sarif: Reporter = {
  name: 'sarif',
  help: 'SARIF: violations of the conformance rules, for code scanning services',
  extension: 'sarif',
  file: 'findings.sarif',
  render(result) {
    const findings = result.findings.filter(({ verdict }) => verdict !== 'inconclusive')
    const driver = {
      name: 'siploadgen',
      version: result.environment.version,
      rules: rulesOf(result),
    }
    const log = {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [{ tool: { driver }, results: findings.map((finding) => resultOf(finding, result.scenario.file)) }],
    }
    return `${JSON.stringify(log, null, 1)}\n`
  },
}
