import type { CallSample, SampleStream } from '../../model/call-sample.js'
import type { MetricSeries, MetricTags, RunResult } from '../../model/result.js'
import { failureCauses, figure, hasData, histograms, percent, verdictWord, wholeRun } from '../figures.js'
import { scaleName } from '../quality.js'
import { ladderSvg } from './ladder.js'
import { type Content, details, esc, markup, section, table, verbatim } from './markup.js'
import { recordingPlayer } from './recording.js'
import { streamPlot } from './stream-plot.js'

const figures = (...titles: string[]) => titles.map((title) => ({ title, figure: true }))

export function thresholdSection(result: RunResult): string {
  const rows = result.checks.map((check): Content[] => [
    markup(`<span class="verdict ${check.verdict}">${verdictWord[check.verdict]}</span>`),
    markup(`<code>${esc(check.title)}</code>`),
    check.measured,
    check.wanted,
    markup(`<code>${esc(check.source)}</code>`),
  ])
  const columns = ['verdict', 'threshold', 'measured', 'wanted', 'place'].map((title) => ({ title }))
  return section('thresholds', 'Thresholds', table(columns, rows))
}

export function failureSection(result: RunResult): string {
  const rows = failureCauses(result).map(({ cause, calls }) => [
    cause,
    String(calls),
    percent((calls / Math.max(1, result.calls.attempted)) * 100),
  ])
  return section('failures', 'Failed calls', table([{ title: 'cause' }, ...figures('calls', 'of attempted')], rows))
}

const tagText = (tags: MetricTags): string =>
  Object.entries(tags)
    .map(([key, value]) => `${key} = ${value}`)
    .join(', ')

const percentileColumns = [
  { title: 'metric' },
  { title: 'unit' },
  ...figures('count', 'min', 'mean', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max'),
]

function percentileRows(series: readonly MetricSeries[], name: (series: MetricSeries) => string): Content[][] {
  return histograms(series).map((each) => [
    name(each),
    each.unit,
    String(each.count),
    ...[each.min, each.mean, each.p50, each.p90, each.p95, each.p99, each.p999, each.max].map((value) => figure(value)),
  ])
}

function valueRows(series: readonly MetricSeries[], name: (series: MetricSeries) => string): Content[][] {
  return series.flatMap((each) => {
    if (each.kind === 'histogram') return []
    return each.kind === 'ratio'
      ? [[name(each), percent(each.value), `${each.numerator} of ${each.denominator}`]]
      : [[name(each), figure(each.value, each.unit), '']]
  })
}

const valueColumns = [{ title: 'metric' }, ...figures('value', 'of')]

export function metricSection(result: RunResult): string {
  const whole = wholeRun(result)
  const own = (series: MetricSeries): string => series.name
  const tagged = (series: MetricSeries): string => `${series.name} (${tagText(series.tags)})`
  const narrow = result.metrics.filter((series) => Object.keys(series.tags).length > 0 && hasData(series))
  const content = [
    table(percentileColumns, percentileRows(whole, own)),
    table(valueColumns, valueRows(whole, own)),
    details(
      'By agent, transport, target and direction',
      table(percentileColumns, percentileRows(narrow, tagged)) + table(valueColumns, valueRows(narrow, tagged)),
    ),
  ]
  return section('metrics', 'Metrics', content.filter((part) => part !== '').join('\n'))
}

export function peerSection(result: RunResult): string {
  const agents = Object.entries(result.agents).map(([group, { count, registered, connections }]) => [
    group,
    ...[count, registered, connections].map(String),
  ])
  const targets = result.targets.map(({ name, addresses, calls, failures }) => [
    name,
    addresses.join(', '),
    String(calls),
    String(failures),
  ])
  const content =
    table([{ title: 'agents' }, ...figures('count', 'registered', 'connections')], agents) +
    table([{ title: 'target' }, { title: 'addresses' }, ...figures('calls', 'failures')], targets)
  return section('peers', 'Agents and targets', content)
}

export function findingSection(result: RunResult): string {
  const { testable, implemented, exercised } = result.coverage.rules
  const rows = result.findings.map((finding): Content[] => [
    markup(`<code>${esc(finding.rule)}</code>`),
    finding.severity,
    finding.element,
    String(finding.count),
    markup(
      finding.examples
        .slice(0, 5)
        .map((example) => `<pre>${esc(example)}</pre>`)
        .join(''),
    ),
  ])
  const columns = [
    { title: 'rule' },
    { title: 'severity' },
    { title: 'element' },
    ...figures('count'),
    { title: 'examples' },
  ]
  const coverage =
    implemented === 0
      ? ''
      : `<p class="muted">${exercised} of ${implemented} rules exercised, ${testable} testable.</p>`
  return section('findings', 'Conformance', table(columns, rows) + coverage)
}

function sampleDetails(sample: CallSample): string {
  const legs = sample.legs.map(({ agent, target, local, remote, callId }) => [agent, target, local, remote, callId])
  const columns = ['agent', 'target', 'local', 'remote', 'Call-ID'].map((title) => ({ title }))
  const sdp = sample.sdp.map(({ agent, local, remote }) =>
    details(`SDP of ${agent}`, `<h3>local</h3>${verbatim(local)}<h3>remote</h3>${verbatim(remote)}`),
  )
  const events = sample.timeline.map(({ atMs, text }) => [`${atMs.toFixed(1)} ms`, text])
  const happened = table([...figures('at'), { title: 'event' }], events)
  const head = `call ${sample.call}: ${sample.outcome}${sample.reason === '' ? '' : ` – ${sample.reason}`}`
  // Within the details: a link to it opens them.
  const anchor = `<span id="call-${sample.call}"></span>`
  const content = anchor + ladderSvg(sample.ladder) + table(columns, legs) + happened + streamsOf(sample)
  return details(head, `${content}${recordingPlayer(sample)}${sdp.join('\n')}`)
}

/** The far side's account of the other direction. */
function reportedOf({ direction, reported }: SampleStream): string {
  if (!reported) return ''
  const { packetsSent, packetsLost, jitterMs, rFactor, mosLq, mosCq } = reported
  const parts = [
    packetsLost === null
      ? ''
      : `${packetsLost} of ${figure(packetsSent)} packets lost, jitter ${figure(jitterMs, 'ms')}`,
    mosLq === null ? '' : `MOS-LQ ${figure(mosLq)}`,
    mosCq === null ? '' : `MOS-CQ ${figure(mosCq)}`,
    rFactor === null ? '' : `R ${figure(rFactor)}`,
  ].filter((part) => part !== '')
  return `<p>RTCP of the far side on what the ${esc(direction)} sent: ${parts.join(', ')}</p>`
}

/** What each leg received, with its course over time. */
function streamsOf(sample: CallSample): string {
  const parts = (sample.streams ?? []).map((stream) => {
    const { direction, codec, local, remote, packetsReceived, packetsExpected, quality, steps } = stream
    const score = quality ? `, MOS ${quality.mos.toFixed(2)} (${scaleName(quality.metric)})` : ''
    const head = `RTP heard by the ${direction}: ${codec}, ${packetsReceived} of ${packetsExpected} packets${score}`
    const content = `<p class="muted">${esc(local)} from ${esc(remote)}</p>${steps ? streamPlot(steps) : ''}`
    return details(head, content + reportedOf(stream))
  })
  return parts.join('\n')
}

/** Sampled calls by how they ended, failures first. */
export function sampleSection(result: RunResult): string {
  const groups = new Map<string, CallSample[]>()
  for (const sample of result.samples) {
    const group = groups.get(sample.outcome)
    if (group === undefined) groups.set(sample.outcome, [sample])
    else group.push(sample)
  }
  const isGood = (outcome: string): number => (outcome === 'completed' ? 1 : 0)
  const parts = [...groups]
    .sort(([a], [b]) => isGood(a) - isGood(b))
    .map(([outcome, samples]) => `<h3>${esc(outcome)}</h3>\n${samples.map(sampleDetails).join('\n')}`)
  return section('calls', 'Sampled calls', parts.join('\n'))
}

export function generatorSection(result: RunResult): string {
  const { generator, environment, scenario } = result
  const cores = environment.durationSeconds > 0 ? generator.cpuSeconds / environment.durationSeconds : null
  const malformed = Object.entries(generator.malformed).map(([kind, count]) => [`malformed: ${kind}`, String(count)])
  const inputs = Object.entries(scenario.inputs).map(([name, value]) => [`input ${name}`, value])
  const rows = [
    [
      'verdict on the generator',
      generator.saturated ? `saturated: ${generator.reasons.join('; ')}` : 'had room to spare',
    ],
    ['schedule lag p99', figure(generator.scheduleLagMs, 'ms')],
    ['event loop delay p99', figure(generator.eventLoopDelayMs, 'ms')],
    ['CPU', `${figure(generator.cpuSeconds, 's')}${cores === null ? '' : ` (${cores.toFixed(2)} cores)`}`],
    ['socket drops', String(generator.socketDrops)],
    ...malformed,
    ['packet I/O', `${environment.packetIo}: ${environment.packetIoReason}`],
    ['siploadgen', `${environment.version} on Node ${environment.node}`],
    ['machine', `${environment.cpu}, ${environment.os}`],
    ['scenario SHA-256', scenario.sha256],
    ...inputs,
  ]
  return section('generator', 'Generator and environment', table([{ title: '' }, { title: '' }], rows))
}
