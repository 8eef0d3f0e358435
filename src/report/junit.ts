import type { Check, RunResult } from '../model/result.js'
import { duration } from './figures.js'
import { type RuleCase, ruleCases } from './junit-rules.js'
import type { Reporter } from './reporter.js'

/** Characters that XML 1.0 allows; others cannot be written even as references. */
const forbidden = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
}

const xml = (text: string): string =>
  text.replace(forbidden, '\ufffd').replace(/[&<>"\n\r\t]/g, (character) => entities[character] ?? character)

function testcase(classname: string, name: string, timeSeconds: number, content: string): string {
  const head = `    <testcase classname="${xml(classname)}" name="${xml(name)}" time="${timeSeconds.toFixed(3)}"`
  return content === '' ? `${head}/>` : `${head}>\n      ${content}\n    </testcase>`
}

function checkContent(check: Check): string {
  const message = xml(`measured ${check.measured}, wanted ${check.wanted}`)
  const place = xml(check.source)
  if (check.verdict === 'fail') return `<failure message="${message}" type="threshold">${place}</failure>`
  return check.verdict === 'inconclusive' ? `<skipped message="${message}"/>` : ''
}

function ruleContent({ outcome, message, text }: RuleCase): string {
  if (outcome === 'failure') return `<failure message="${xml(message)}" type="rule">${xml(text)}</failure>`
  return outcome === 'skipped' ? `<skipped message="${xml(message)}"/>` : ''
}

/** The run itself is a case too: a run that proves nothing must not look like one that passed. */
function runContent(result: RunResult): string {
  const reasons = xml(result.reasons.join('; ') || 'no reason was given')
  const byThreshold =
    result.checks.some((check) => check.verdict === 'fail') ||
    result.findings.some(({ verdict }) => verdict === 'violation')
  if (result.verdict === 'inconclusive') return `<error message="${reasons}" type="inconclusive"/>`
  return result.verdict === 'fail' && !byThreshold ? `<failure message="${reasons}" type="run"/>` : ''
}

/**
 * One suite, one case a threshold and one a conformance rule: missed is a failure, no data is skipped with its reason. The first case is the run;
 * when the run is inconclusive it is an error and all thresholds are skipped, since none of them proves anything.
 */
export const junit: Reporter = {
  name: 'junit',
  help: 'JUnit XML: one test case a threshold, for CI systems',
  extension: 'xml',
  file: 'junit.xml',
  render(result) {
    const { scenario, environment, verdict } = result
    const voided = verdict === 'inconclusive'
    const contents = result.checks.map((check) => checkContent(voided ? { ...check, verdict: 'inconclusive' } : check))
    const rules = ruleCases(result)
    const ofRules = rules.map(ruleContent)
    const run = runContent(result)
    const cases = [
      testcase(scenario.name, `run of ${scenario.file}`, environment.durationSeconds, run),
      ...result.checks.map((check, index) => testcase(scenario.name, check.title, 0, contents[index] ?? '')),
      ...rules.map(({ name }, index) => testcase('conformance', name, 0, ofRules[index] ?? '')),
    ]
    const count = (start: string): number =>
      [run, ...contents, ...ofRules].filter((content) => content.startsWith(start)).length
    const counts =
      `tests="${cases.length}" failures="${count('<failure')}" errors="${count('<error')}"` +
      ` skipped="${count('<skipped')}" time="${environment.durationSeconds.toFixed(3)}"`
    const name = xml(scenario.name)
    const out = xml(
      `verdict ${verdict}, ${result.calls.attempted} calls attempted, ${result.calls.failed} failed, ` +
        `${duration(environment.durationSeconds)}`,
    )
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites ${counts.replace(/ skipped="\d+"/, '')}>`,
      `  <testsuite name="${name}" ${counts} timestamp="${xml(environment.startedAt.replace(/(\.\d+)?Z$/, ''))}">`,
      ...cases,
      `    <system-out>${out}</system-out>`,
      '  </testsuite>',
      '</testsuites>',
      '',
    ].join('\n')
  },
}
