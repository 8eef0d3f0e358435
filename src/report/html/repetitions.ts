import type { RunResult } from '../../model/result.js'
import { type RepetitionTable, repetitionSentence, repetitionTable, spreadTable } from '../repetitions.js'
import { esc, markup, section, table } from './markup.js'

/** Every run of a scenario with `repeat`, each with a link to its own report, and the spread of their figures. */
export function repetitionSection(result: RunResult): string {
  const [runs, spread] = [repetitionTable(result), spreadTable(result)]
  if (runs === undefined || spread === undefined) return ''
  const linked = runs.rows.map(([folder = '', ...cells]) => [
    markup(`<a href="${esc(encodeURIComponent(folder))}/report.html">${esc(folder)}</a>`),
    ...cells,
  ])
  return section(
    'repetitions',
    'Repetitions',
    `<p>${esc(repetitionSentence(result))}</p>${table(columnsOf(runs, false), linked)}${table(columnsOf(spread, true), spread.rows)}`,
  )
}

const columnsOf = ({ columns }: RepetitionTable, areFigures: boolean) =>
  columns.map((title, n) => ({ title, figure: areFigures && n > 0 }))
