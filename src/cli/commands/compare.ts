import { statSync } from 'node:fs'
import { join } from 'node:path'
import { SiploadgenError } from '../../base/errors.js'
import type { Verdict } from '../../model/result.js'
import { comparisonRows } from '../../report/comparison.js'
import { figure } from '../../report/figures.js'
import { readResult } from '../../report/read-result.js'
import {
  type DifferenceLimit,
  type JudgedDifference,
  judgeDifference,
  parseDifference,
} from '../../verdict/difference.js'
import { exitCodeOf } from '../../verdict/verdict.js'
import type { CommandOutput } from './validate.js'

const resultFile = (path: string): string =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ? join(path, 'result.json') : path

function limitOf(text: string): DifferenceLimit {
  const limit = parseDifference(text)
  if (typeof limit === 'string') throw new SiploadgenError('usage/arguments', `--expect: ${limit}`)
  return limit
}

/** Columns as wide as their widest cell. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('')
}

const judgedLine = ({ limit, difference, verdict }: JudgedDifference): string =>
  `${verdict.padEnd(12)} ${limit.text}: ${difference === null ? 'no data' : figure(difference, limit.relative ? '%' : '')}\n`

/** The worst decides: a missed limit, then one that nothing is known of. */
const worst = (verdicts: readonly Verdict[]): Verdict =>
  (['fail', 'inconclusive'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'pass'

/** `siploadgen compare`: two results side by side, judged by how much the second may differ from the first. */
export async function compareCommand(
  paths: readonly [string, string],
  expectations: readonly string[],
  output: CommandOutput,
): Promise<number> {
  const limits = expectations.map(limitOf)
  const [first, second] = [readResult(resultFile(paths[0])), readResult(resultFile(paths[1]))]
  output.out(columns([['', ...paths, 'difference'], ...comparisonRows(first, second)]))
  const judged = limits.map((limit) => judgeDifference(limit, first, second))
  if (judged.length > 0) output.out(`\n${judged.map(judgedLine).join('')}`)
  return exitCodeOf(worst(judged.map(({ verdict }) => verdict)))
}
