import type { RunResult, Verdict } from '../model/result.js'
import { budgetSentences, faultSentences } from './drill.js'
import { faultColumns, faultRows } from './faults-text.js'
import { duration, failureCauses, figure, histograms, percent, verdictWord, warmupCalls, wholeRun } from './figures.js'
import { capturedMediaLines, captureLines, coverageLines, findingLines, probeLines } from './findings-text.js'
import { heardCounts, isScore, scoreLines } from './quality.js'
import { repetitionSentence, repetitionTable, spreadTable } from './repetitions.js'
import type { Reporter } from './reporter.js'
import { type Colour, clean, type Paint, painter } from './terminal.js'

const ofVerdict: Readonly<Record<Verdict, { readonly colour: Colour; readonly mark: string }>> = {
  pass: { colour: 'green', mark: '✓' },
  fail: { colour: 'red', mark: '✗' },
  inconclusive: { colour: 'yellow', mark: '?' },
}

/** Columns as wide as their widest cell; the first is left-aligned, the others by `right`. */
function table(rows: readonly (readonly string[])[], right: boolean): string[] {
  const columns = Math.max(...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0
        return right && column > 0 ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd(),
  )
}

function checksOf(result: RunResult, paint: Paint): string[] {
  if (result.checks.length === 0) return []
  const rows = table(
    result.checks.map((check) => [check.title, check.measured, check.source].map(clean)),
    false,
  )
  return [
    paint('bold', 'Thresholds'),
    ...rows.map((row, index) => {
      const { colour, mark } = ofVerdict[result.checks[index]?.verdict ?? 'inconclusive']
      return `  ${paint(colour, mark)} ${row}`
    }),
    '',
  ]
}

function faultsOf(result: RunResult, paint: Paint): string[] {
  if (result.faults.length === 0) return []
  const [head = '', ...rows] = table(
    [faultColumns, ...faultRows(result)].map((row) => row.map(clean)),
    false,
  )
  const marked = result.faults.map(({ undone }) => (undone ? paint('green', '✓') : paint('red', '✗')))
  return [paint('bold', 'Faults'), paint('dim', `    ${head}`), ...rows.map((row, i) => `  ${marked[i]} ${row}`), '']
}

function callsOf(result: RunResult, paint: Paint): string[] {
  const { attempted, established, completed, failed } = result.calls
  const warmup = warmupCalls(result)
  const lines = [
    paint('bold', 'Calls'),
    `  ${attempted} attempted, ${established} established, ${completed} completed, ${failed} failed${
      warmup > 0 ? ` (and ${warmup} in the warm-up, not judged)` : ''
    }`,
  ]
  for (const { cause, calls } of failureCauses(result)) lines.push(`  ${paint('red', `${calls} × ${clean(cause)}`)}`)
  const agents = Object.entries(result.agents).map(
    ([group, { count, registered }]) => `${clean(group)} ${count} (${registered} registered)`,
  )
  if (agents.length > 0) lines.push(`  agents: ${agents.join(', ')}`)
  return [...lines, '']
}

function metricsOf(result: RunResult, paint: Paint): string[] {
  const series = wholeRun(result)
  const delays = histograms(series).filter((each) => !isScore(each))
  const others = series.filter((each) => each.kind !== 'histogram')
  const lines: string[] = []
  if (delays.length > 0) {
    const head = ['', 'count', 'p50', 'p95', 'p99', 'max', '']
    const rows = delays.map((each) => [
      each.name,
      String(each.count),
      ...[each.p50, each.p95, each.p99, each.max].map((value) => figure(value)),
      each.unit,
    ])
    const [first = '', ...rest] = table([head, ...rows], true)
    lines.push(paint('bold', 'Delays'), paint('dim', `  ${first}`), ...rest.map((row) => `  ${row}`), '')
  }
  if (others.length > 0) {
    const rows = others.map((each) =>
      each.kind === 'ratio'
        ? [each.name, percent(each.value), `${each.numerator} of ${each.denominator}`]
        : [each.name, figure(each.value, each.unit), ''],
    )
    lines.push(paint('bold', 'Ratios and counters'), ...table(rows, true).map((row) => `  ${row}`), '')
  }
  return lines
}

function mediaOf(result: RunResult, paint: Paint): string[] {
  const { streams, packetsSent, packetsReceived, packetsLost } = result.media
  if (streams === 0) return []
  const lines = [
    paint('bold', 'Media'),
    `  ${streams} streams received; packets: ${packetsSent} sent, ${packetsReceived} received, ${packetsLost} lost`,
  ]
  const heard = heardCounts(result).map(({ heard: verdict, calls }) => `${calls} ${clean(verdict)}`)
  if (heard.length > 0) lines.push(`  calls by what was heard: ${heard.join(', ')}`)
  for (const line of scoreLines(result)) lines.push(`  ${clean(line)}`)
  return [...lines, '']
}

function generatorOf(result: RunResult, paint: Paint): string[] {
  const { scheduleLagMs, eventLoopDelayMs, cpuSeconds, socketDrops, malformed } = result.generator
  const cores = result.environment.durationSeconds > 0 ? cpuSeconds / result.environment.durationSeconds : 0
  const lines = [
    paint('bold', 'Generator'),
    `  schedule lag p99 ${figure(scheduleLagMs, 'ms')}, event loop delay p99 ${figure(eventLoopDelayMs, 'ms')}, ` +
      `CPU ${figure(cpuSeconds, 's')} (${cores.toFixed(2)} cores), socket drops ${socketDrops}`,
  ]
  const kinds = Object.entries(malformed)
  if (kinds.length > 0) lines.push(`  malformed: ${kinds.map(([kind, count]) => `${clean(kind)} ${count}`).join(', ')}`)
  return [...lines, '']
}

/** What was broken on purpose, and what came of it. */
function drillOf(result: RunResult, paint: Paint): string[] {
  if (result.faults.length === 0) return []
  const faults = result.faults.flatMap((fault) => {
    const [done = '', ...happened] = faultSentences(fault)
    return [`  ${clean(done)}`, ...happened.map((sentence) => `    ${clean(sentence)}`)]
  })
  return [paint('bold', 'Drill'), ...budgetSentences(result).map((each) => `  ${clean(each)}`), ...faults, '']
}

/** Every run of a scenario with `repeat`, and how far their figures lie apart. */
function repetitionsOf(result: RunResult, paint: Paint): string[] {
  const tables = [repetitionTable(result), spreadTable(result)].flatMap((each) => (each ? [each] : []))
  if (tables.length === 0) return []
  const lines = tables.flatMap(({ columns, rows }, n) => {
    const [head = '', ...body] = table(
      [columns, ...rows].map((row) => row.map(clean)),
      n > 0,
    )
    return [paint('dim', `  ${head}`), ...body.map((row) => `  ${row}`), '']
  })
  return [paint('bold', 'Repetitions'), `  ${repetitionSentence(result)}`, '', ...lines]
}

const ofRun = (result: RunResult, paint: Paint): string[] => [
  ...repetitionsOf(result, paint),
  ...drillOf(result, paint),
  ...checksOf(result, paint),
  ...faultsOf(result, paint),
  ...callsOf(result, paint),
  ...metricsOf(result, paint),
  ...mediaOf(result, paint),
  ...generatorOf(result, paint),
]

/** The summary on the terminal, and the same as a file. */
export const text: Reporter = {
  name: 'text',
  help: 'a summary for the terminal',
  extension: 'txt',
  file: 'summary.txt',
  render(result, options = {}) {
    const paint = painter(options.colours === true)
    const { scenario, environment, verdict, reasons } = result
    const judged = [
      ...captureLines(result.capture, paint),
      ...probeLines(result, paint),
      ...capturedMediaLines(result, paint),
      ...findingLines(result, paint),
      ...coverageLines(result, paint),
    ]
    const lines = [
      `${paint('bold', clean(scenario.name))}  ${clean(scenario.file)}  ${duration(environment.durationSeconds)}`,
      '',
      // A capture of others has no calls of ours, and nothing was generated.
      ...(result.capture === undefined && result.probe === undefined ? ofRun(result, paint) : []),
      ...judged,
      paint(ofVerdict[verdict].colour, paint('bold', verdictWord[verdict])),
      ...reasons.map((reason) => `  ${clean(reason)}`),
    ]
    return `${lines.join('\n')}\n`
  },
}
