import type { RunResult, Verdict } from '../model/result.js'
import { budgetSentences, faultSentences } from './drill.js'
import { faultColumns, faultRows } from './faults-text.js'
import { duration, failureCauses, figure, histograms, percent, verdictWord, warmupCalls, wholeRun } from './figures.js'
import { heardCounts, isScore, scoreLines } from './quality.js'
import { type RepetitionTable, repetitionSentence, repetitionTable, spreadTable } from './repetitions.js'
import type { Reporter } from './reporter.js'

const mark: Readonly<Record<Verdict, string>> = { pass: '✅', fail: '❌', inconclusive: '⚠️' }

/** Foreign text must not become markup, a link or the end of a table cell. */
const inert = (text: string): string =>
  text
    .replace(/[\u0000-\u001f\u007f]/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\\`*_{}[\]|~@#]/g, '\\$&')

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/** The first column is text, the others figures unless `left`. */
function table(head: readonly string[], rows: readonly (readonly string[])[], left = false): string[] {
  if (rows.length === 0) return []
  const rule = head.map((_, column) => (column === 0 || left ? ':--' : '--:'))
  return [row(head), row(rule), ...rows.map(row), '']
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`### ${title}`, '', ...lines]

function delays(result: RunResult): string[] {
  return table(
    ['metric', 'count', 'p50', 'p95', 'p99', 'max'],
    histograms(wholeRun(result))
      .filter((each) => !isScore(each))
      .map((each) => [
        `${each.name}${each.unit === '' ? '' : ` (${each.unit})`}`,
        String(each.count),
        ...[each.p50, each.p95, each.p99, each.max].map((value) => figure(value)),
      ]),
  )
}

/** What was heard, and how good it was. */
function audio(result: RunResult): string[] {
  const heard = heardCounts(result).map(({ heard: verdict, calls }) => `${calls} ${inert(verdict)}`)
  const lines = [
    ...(heard.length > 0 ? [`- Calls by what was heard: ${heard.join(', ')}`] : []),
    ...scoreLines(result).map((line) => `- ${inert(line)}`),
  ]
  return lines.length === 0 ? [] : [...lines, '']
}

function ratios(result: RunResult): string[] {
  const rows = wholeRun(result).flatMap((each) => {
    if (each.kind === 'histogram') return []
    return each.kind === 'ratio'
      ? [[each.name, percent(each.value), `${each.numerator} of ${each.denominator}`]]
      : [[each.name, figure(each.value, each.unit), '']]
  })
  return table(['metric', 'value', ''], rows)
}

/** What was broken on purpose, and what came of it. */
function drill(result: RunResult): string[] {
  if (result.faults.length === 0) return []
  const [verdict = '', ...limits] = budgetSentences(result)
  const faults = result.faults.flatMap((fault) => {
    const [done = '', ...happened] = faultSentences(fault)
    return [inert(done), '', ...happened.map((sentence) => `- ${inert(sentence)}`), '']
  })
  return [`**${inert(verdict)}**`, '', ...limits.map((each) => `- ${inert(each)}`), '', ...faults]
}

/** Every run of a scenario with `repeat`, and how far their figures lie apart. */
function repetitions(result: RunResult): string[] {
  const shown = (each: RepetitionTable | undefined, left: boolean): string[] =>
    each === undefined
      ? []
      : table(
          each.columns,
          each.rows.map((cells) => cells.map(inert)),
          left,
        )
  const lines = [...shown(repetitionTable(result), true), ...shown(spreadTable(result), false)]
  return lines.length === 0 ? [] : [repetitionSentence(result), '', ...lines]
}

/** For the summary of a CI job, or a comment on a change. */
export const markdown: Reporter = {
  name: 'markdown',
  help: 'a summary for CI job pages and comments',
  extension: 'md',
  file: 'summary.md',
  render(result) {
    const { scenario, environment, verdict, reasons, calls, media, generator } = result
    const warmup = warmupCalls(result)
    const checks = result.checks.map((check) => [
      mark[check.verdict],
      inert(check.title),
      inert(check.measured),
      inert(check.wanted),
      `${inert(check.source)}`,
    ])
    const failures = failureCauses(result).map(({ cause, calls: count }) => [inert(cause), String(count)])
    const lines = [
      `## ${mark[verdict]} ${inert(scenario.name)}: ${verdictWord[verdict]}`,
      '',
      ...reasons.map((reason) => `- ${inert(reason)}`),
      ...(reasons.length > 0 ? [''] : []),
      `${calls.attempted} calls attempted, ${calls.established} established, ${calls.completed} completed, ` +
        `${calls.failed} failed${warmup > 0 ? ` (and ${warmup} in the warm-up, not judged)` : ''} in ` +
        `${duration(environment.durationSeconds)}.` +
        (media.streams > 0 ? ` ${media.packetsReceived} RTP packets received, ${media.packetsLost} lost.` : ''),
      '',
      ...section('Repetitions', repetitions(result)),
      ...section('Drill', drill(result)),
      ...section('Thresholds', table(['', 'threshold', 'measured', 'wanted', 'place'], checks, true)),
      ...section(
        'Faults',
        table(
          faultColumns,
          faultRows(result).map((cells) => cells.map(inert)),
          true,
        ),
      ),
      ...section('Failed calls', table(['cause', 'calls'], failures)),
      ...section('Audio', audio(result)),
      ...section('Delays', delays(result)),
      ...section('Ratios and counters', ratios(result)),
      `Generator: schedule lag p99 ${figure(generator.scheduleLagMs, 'ms')}, event loop delay p99 ` +
        `${figure(generator.eventLoopDelayMs, 'ms')}, CPU ${figure(generator.cpuSeconds, 's')}, socket drops ` +
        `${generator.socketDrops}. siploadgen ${inert(environment.version)}, Node ${inert(environment.node)}.`,
    ]
    return `${lines.join('\n')}\n`
  },
}
