import type { FaultResult } from '../../model/fault-result.js'
import { unitOfFigure } from '../../model/metric-table.js'
import type { RunResult } from '../../model/result.js'
import { budgetSentences, faultSentences, timeText } from '../drill.js'
import { faultColumns, faultRows } from '../faults-text.js'
import { figure } from '../figures.js'
import { fateFlow } from './fate-flow.js'
import { type Content, details, esc, markup, section, table } from './markup.js'

/** Each fault: what was done, what it did to calls and agents, and how that compares with the budget. */
export function drillSection(result: RunResult): string {
  if (result.faults.length === 0) return ''
  const [verdict = '', ...limits] = budgetSentences(result)
  const sampled = new Set(result.samples.map(({ call }) => call))
  const made = table(
    faultColumns.map((title) => ({ title })),
    faultRows(result),
  )
  const head = `<p><b>${esc(verdict)}</b></p>${list(limits)}<h3>Faults</h3>${made}`
  const faults = result.faults.map((fault) => faultPart(fault, sampled))
  return section('drill', 'Drill', head + faults.join('\n'))
}

const list = (sentences: readonly string[]): string =>
  sentences.length === 0 ? '' : `<ul>${sentences.map((sentence) => `<li>${esc(sentence)}</li>`).join('')}</ul>`

function faultPart(fault: FaultResult, sampled: ReadonlySet<number>): string {
  const [done = '', ...happened] = faultSentences(fault)
  const { outcome } = fault
  return [
    `<h3>${esc(fault.name)}</h3>`,
    `<p>${esc(done)}</p>`,
    list(happened),
    outcome ? fateFlow(outcome.calls) : '',
    outcome ? worstCalls(outcome.worst, sampled) : '',
    details('All measures', measureTable(fault)),
  ].join('\n')
}

/** Calls that are among the samples are shown there with their messages and streams. */
function worstCalls(worst: NonNullable<FaultResult['outcome']>['worst'], sampled: ReadonlySet<number>): string {
  const rows = worst.map(({ call, fate, gapMs }): Content[] => [
    sampled.has(call) ? markup(`<a href="#call-${call}">call ${call}</a>`) : `call ${call}`,
    fate,
    fate === 'dropped' ? '–' : timeText(gapMs),
  ])
  const columns = [{ title: 'worst calls' }, { title: 'fate' }, { title: 'longest gap', figure: true }]
  return table(columns, rows)
}

const measureTable = ({ measures }: FaultResult): string =>
  table(
    [{ title: 'measure' }, { title: 'value', figure: true }],
    Object.entries(measures).map(([name, value]) => [name, figure(value, unitOfFigure(name))]),
  )
