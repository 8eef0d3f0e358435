import type { RunResult } from '../model/result.js'
import { figure, verdictWord } from './figures.js'

/** Columns and rows of a table. */
export interface RepetitionTable {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** The runs of a scenario with `repeat`, one a row; undefined when it was run once. */
export function repetitionTable({ repetitions }: RunResult): RepetitionTable | undefined {
  if (repetitions === undefined) return undefined
  return {
    columns: ['repetition', 'verdict', 'calls', 'failed', 'limits missed'],
    rows: repetitions.runs.map(({ folder, verdict, calls, checks }) => {
      const missed = checks.filter((check) => check.verdict === 'fail')
      return [
        folder,
        verdictWord[verdict],
        String(calls.attempted),
        String(calls.failed),
        missed.length === 0 ? 'none' : missed.map(({ title, measured }) => `${title} (${measured})`).join(', '),
      ]
    }),
  }
}

/** Every figure of every run, and how far they lie apart. */
export function spreadTable({ repetitions }: RunResult): RepetitionTable | undefined {
  if (repetitions === undefined) return undefined
  const { runs, spread } = repetitions
  return {
    columns: ['figure', ...runs.map((_, n) => `${n + 1}`), 'min', 'median', 'max'],
    rows: spread.map(({ fault, name, unit, values, min, median, max }) => [
      `${fault === undefined ? '' : `${fault}: `}${name}${unit === '' ? '' : ` (${unit})`}`,
      ...[...values, min, median, max].map((value) => figure(value)),
    ]),
  }
}

/** How the runs were made, in one sentence. */
export function repetitionSentence({ repetitions }: RunResult): string {
  if (repetitions === undefined) return ''
  const { runs, planned, rest } = repetitions
  return `${runs.length} of ${planned} repetitions with ${rest} s of rest between them; what follows the tables is of the worst.`
}
