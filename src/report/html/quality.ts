import type { CallSample, SampleStream } from '../../model/call-sample.js'
import type { RunResult } from '../../model/result.js'
import { figure, histograms, percent, wholeRun } from '../figures.js'
import {
  heardCounts,
  isScore,
  misheard,
  type ScoredStream,
  scaleName,
  scales,
  scores,
  worstStreams,
} from '../quality.js'
import { type Content, details, esc, markup, section, table, verbatim } from './markup.js'
import { recordingPlayer } from './recording.js'
import { axisOf, scoreAxis, spreadSvg } from './spread.js'
import { streamPlot } from './stream-plot.js'

/** Delays of media that are worth a picture. */
const delayNames = ['media.mouth_to_ear', 'media.rtt', 'media.first_packet', 'media.jitter', 'media.gap']
const worstShown = 5

const figures = (...titles: string[]) => titles.map((title) => ({ title, figure: true }))

/** What was heard, how good it was and how late, with the calls that were worst. */
export function qualitySection(result: RunResult): string {
  const spreads = [scoreSpread(result), delaySpread(result)].filter((part) => part !== '')
  const grid = spreads.length === 0 ? '' : `<div class="charts">${spreads.join('\n')}</div>`
  const parts = [
    grid,
    scoreTable(result),
    heardPart(result),
    misheardPart(result),
    worstPart(result),
    modelPart(result),
  ]
  return section('quality', 'Audio quality', parts.filter((part) => part !== '').join('\n'))
}

function scoreSpread(result: RunResult): string {
  const svg = spreadSvg(scores(result), ({ name }) => scaleName(name), scoreAxis)
  return svg === '' ? '' : `<div class="chart"><h3>Mean opinion score, estimated</h3>${svg}</div>`
}

function delaySpread(result: RunResult): string {
  const whole = histograms(wholeRun(result)).filter((series) => !isScore(series))
  const series = delayNames.flatMap((name) => whole.filter((each) => each.name === name))
  const svg = spreadSvg(series, ({ name }) => name.replace('media.', '').replaceAll('_', ' '), axisOf(series, 'ms'))
  return svg === '' ? '' : `<div class="chart"><h3>Delays, ms</h3>${svg}</div>`
}

function scoreTable(result: RunResult): string {
  const series = scores(result)
  const rows = series.map((each): Content[] => [
    scaleName(each.name),
    markup(`<code>${esc(each.name)}</code>`),
    String(each.count),
    ...[each.min, each.p1, each.p5, each.p50, each.mean, each.max].map((value) => figure(value)),
  ])
  const columns = [
    { title: 'scale' },
    { title: 'metric' },
    ...figures('streams', 'least', 'p1', 'p5', 'median', 'mean', 'most'),
  ]
  const note = '<p class="muted">Scores of different scales are not comparable with each other.</p>'
  return table(columns, rows) + (series.length > 1 ? note : '')
}

function heardPart(result: RunResult): string {
  const counts = heardCounts(result)
  const total = counts.reduce((sum, { calls }) => sum + calls, 0)
  if (total === 0) return ''
  const chips = counts.map(
    ({ heard, calls }) =>
      `<span class="heard ${heardClass(heard)}"><b>${calls}</b> ${esc(heard)} <small>${percent((100 * calls) / total)}</small></span>`,
  )
  return `<h3>Calls by what was heard</h3><div class="chips">${chips.join('')}</div>`
}

const heardClass = (heard: string): string => (heard === 'heard' ? 'good' : heard === 'unjudged' ? 'open' : 'bad')

/** Both legs of a call and where its media went: what a search for the missing direction begins with. */
function misheardPart(result: RunResult): string {
  const samples = misheard(result)
  if (samples.length === 0) return ''
  const rows = samples.flatMap((sample) =>
    sample.legs.map((leg, index): Content[] => {
      const stream = sample.streams?.find(({ agent }) => agent === leg.agent)
      const isFirst = index === 0
      return [
        isFirst ? markup(`<a href="#call-${sample.call}">call&nbsp;${sample.call}</a>`) : '',
        isFirst ? markup(`<span class="heard bad">${esc(sample.heard ?? '')}</span>`) : '',
        leg.agent,
        `${leg.local} ⇄ ${leg.remote}`,
        stream ? `${stream.local} ⇄ ${stream.remote}` : '',
        stream ? `${stream.packetsReceived} of ${stream.packetsExpected}` : '',
      ]
    }),
  )
  const columns = ['call', 'heard', 'leg', 'signalling', 'RTP'].map((title) => ({ title }))
  const sdp = samples.map((sample) => details(`SDP of call ${sample.call}, ${sample.heard}`, descriptions(sample)))
  return `<h3>Calls not heard as they should be</h3>${table([...columns, ...figures('received')], rows)}${sdp.join('\n')}`
}

const descriptions = (sample: CallSample): string => {
  const parts = sample.sdp.flatMap(({ agent, local, remote }) => [
    `<div class="chart"><h3>${esc(agent)}, local</h3>${verbatim(local)}</div>`,
    `<div class="chart"><h3>${esc(agent)}, remote</h3>${verbatim(remote)}</div>`,
  ])
  return parts.length === 0 ? '' : `<div class="charts">${parts.join('')}</div>`
}

function worstPart(result: RunResult): string {
  const parts = scales.flatMap(({ metric, name }) => {
    const streams = worstStreams(result, metric, worstShown)
    if (streams.length === 0) return []
    return [`<h3>Worst streams of the sampled calls, ${name}</h3>${streams.map(worstStream).join('\n')}`]
  })
  return parts.join('\n')
}

function worstStream({ sample, stream, quality }: ScoredStream): string {
  const { packetsExpected, packetsLost, packetsDiscarded = 0, longestGapMs } = stream
  const facts: [string, string][] = [
    ['lost', `${packetsLost} of ${packetsExpected}`],
    ['too late', String(packetsDiscarded)],
    ['BurstR', figure(quality.burstR)],
    ['delay', quality.delayMs === null ? 'unknown' : figure(quality.delayMs, 'ms')],
    ['longest gap', figure(longestGapMs, 'ms')],
    ['R', figure(quality.r)],
  ]
  const list = facts.map(([title, value]) => `<span><b>${esc(value)}</b> ${esc(title)}</span>`).join('')
  const head = markup(
    `<b class="score">${quality.mos.toFixed(2)}</b> call ${sample.call}, heard by ${esc(heardBy(stream))} <span class="muted">${esc(stream.codec)}, ${esc(stream.local)} from ${esc(stream.remote)}</span>`,
  )
  const plot = stream.steps ? streamPlot(stream.steps) : ''
  const link = `<p><a href="#call-${sample.call}">Messages and descriptions of call ${sample.call}</a></p>`
  return details(head, `<div class="facts">${list}</div>${plot}${recordingPlayer(sample)}${link}`)
}

const heardBy = ({ direction, agent }: SampleStream): string => `the ${direction} ${agent}`

function modelPart(result: RunResult): string {
  const parts = result.media.models.map(({ metric, standard, inputs, assumed }) => {
    const rows = Object.entries(inputs).map(([name, value]) => [name, String(value)])
    const doubts = assumed.map((text) => `<li>${esc(text)}</li>`).join('')
    const list = doubts === '' ? '' : `<p><b>Assumed</b></p><ul>${doubts}</ul>`
    return `<h3>${esc(metric)}: ${esc(standard)}</h3>${table([{ title: 'input' }, { title: 'value' }], rows)}${list}`
  })
  return details('Model inputs', parts.join('\n'))
}
