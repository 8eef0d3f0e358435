import type { MetricSeries, RunResult } from '../../model/result.js'
import { duration, figure, percent, verdictWord, warmupCalls, wholeRun } from '../figures.js'
import type { Reporter } from '../reporter.js'
import { chartSection, plotScripts, plotStyle } from './charts.js'
import { drillSection } from './drill.js'
import { esc, section } from './markup.js'
import { qualitySection } from './quality.js'
import { repetitionSection } from './repetitions.js'
import {
  failureSection,
  findingSection,
  generatorSection,
  metricSection,
  peerSection,
  sampleSection,
  thresholdSection,
} from './sections.js'
import { style } from './style.js'

/** Nothing is fetched but recordings beside the page, whatever text from the network the report holds. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; media-src 'self' file: data:"

function header(result: RunResult): string {
  const { scenario, environment, verdict, reasons } = result
  const list = reasons.map((reason) => `<li>${esc(reason)}</li>`).join('')
  const about = [scenario.file, environment.startedAt, duration(environment.durationSeconds)].map(esc).join(' · ')
  return [
    `<header class="${verdict}">`,
    `<div class="heading"><h1>${esc(scenario.name)}</h1>`,
    `<span class="verdict badge ${verdict}">${verdictWord[verdict]}</span></div>`,
    `<p class="about">${about}</p>`,
    list === '' ? '' : `<ul class="reasons">${list}</ul>`,
    '</header>',
  ].join('\n')
}

function tiles(result: RunResult): string {
  const whole = new Map(wholeRun(result).map((series) => [series.name, series]))
  const ratio = (series: MetricSeries | undefined) => (series?.kind === 'ratio' ? percent(series.value) : undefined)
  const setup = whole.get('session.setup')
  const { attempted, completed, failed } = result.calls
  const warmup = warmupCalls(result)
  const entries: [label: string, value: string | undefined][] = [
    [warmup > 0 ? `calls attempted (${warmup} more in the warm-up)` : 'calls attempted', figure(attempted)],
    ['completed', figure(completed)],
    ['failed', figure(failed)],
    ['established (SER)', ratio(whole.get('session.ser'))],
    ['set-up p95', setup?.kind === 'histogram' ? figure(setup.p95, setup.unit) : undefined],
    ['RTP loss', ratio(whole.get('media.loss'))],
  ]
  const shown = entries.flatMap(([label, value]) =>
    value === undefined ? [] : [`<div class="tile"><b>${esc(value)}</b><span>${esc(label)}</span></div>`],
  )
  return `<div class="tiles">${shown.join('\n')}</div>`
}

const notes =
  '<p class="muted">Session and registration metrics follow RFC 6076; one attempt is one logical call, with its ' +
  'authentication. <code>session.setup</code> starts when the load curve wanted the call. A dash means that nothing ' +
  'was recorded. Calls meant to start in the warm-up are in the charts and in no other figure.</p>'

/** One file that opens offline: tables that need no script, charts that do. */
export const html: Reporter = {
  name: 'html',
  help: 'one self-contained page with tables, charts and message ladders',
  extension: 'html',
  file: 'report.html',
  render(result) {
    const parts = [
      '<!doctype html>',
      '<html lang="en">',
      '<head>',
      '<meta charset="utf-8">',
      `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
      '<meta name="viewport" content="width=device-width, initial-scale=1">',
      `<title>${verdictWord[result.verdict]}: ${esc(result.scenario.name)}</title>`,
      `<style>${plotStyle()}${style}</style>`,
      '</head>',
      '<body>',
      '<main>',
      header(result),
      tiles(result),
      repetitionSection(result),
      drillSection(result),
      thresholdSection(result),
      failureSection(result),
      qualitySection(result),
      section('timeline', 'Over time', chartSection(result)),
      metricSection(result),
      findingSection(result),
      peerSection(result),
      sampleSection(result),
      generatorSection(result),
      notes,
      '</main>',
      plotScripts(result),
      '</body>',
      '</html>',
    ]
    return `${parts.filter((part) => part !== '').join('\n')}\n`
  },
}
