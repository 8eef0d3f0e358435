import { mkdirSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { exitCode } from '../../base/error-table.js'
import { SiploadgenError } from '../../base/errors.js'
import { expectationsOf } from '../../conformance/expectations.js'
import { coverageOf, findingsOf, verdictsOf } from '../../conformance/findings.js'
import { rulesOf } from '../../conformance/profile.js'
import { rules } from '../../conformance/rules/registry.js'
import type { RunResult } from '../../model/result.js'
import { type ReporterName, reporters } from '../../report/registry.js'
import type { Reporter } from '../../report/reporter.js'
import { writeWhole } from '../../report/result-file.js'
import { checkResult, type FailOn } from '../check/check-result.js'
import { type JudgedCaptures, judgeCaptures } from '../check/judge-captures.js'
import { vantageOf } from '../check/vantage-option.js'
import { checkFormats, printed } from '../run/write-reports.js'
import type { CommandOutput } from './validate.js'

export interface CheckOptions {
  readonly keyLog: string | undefined
  readonly vantage: readonly string[]
  readonly profile: string
  readonly knownDeviations: readonly string[]
  readonly failOn: FailOn
  readonly formats: readonly string[]
  readonly out: string | undefined
  readonly quiet: boolean
}

/** `siploadgen check`: judges the SIP in captures, prints what was found, exits with the verdict. */
export async function checkCommand(
  files: readonly string[],
  options: CheckOptions,
  output: CommandOutput,
): Promise<number> {
  checkFormats(options.formats)
  // What was judged is garbage at once: by default several times what is alive may pile up before it is collected.
  setFlagsFromString('--heap-growing-percent=200')
  const { profile, deviations } = await expectationsOf(options.profile, options.knownDeviations)
  const applied = rulesOf(profile, rules)
  const startedAt = new Date()
  const vantage = vantageOf(options.vantage)
  const judged = await judgeCaptures(files, { rules: applied, keyLog: options.keyLog, vantage })
  refuseUnreadable(judged)
  const { tally, software } = judged
  const today = startedAt.toISOString().slice(0, 10)
  const findings = findingsOf(tally, { rules: applied, profile, deviations, today, software })
  const coverage = { rules: { ...coverageOf(tally, applied), verdicts: verdictsOf(tally, applied) } }
  const result = checkResult({ judged, findings, coverage, profile: profile.name, failOn: options.failOn, startedAt })
  writeFiles(result, options.out)
  const formats = options.formats.length > 0 ? options.formats : options.quiet ? [] : ['text']
  for (const name of formats) output.out(printed(name as ReporterName, result))
  return exitOf(result, judged)
}

/** A file of which nothing could be read. */
function refuseUnreadable({ summaries }: JudgedCaptures): void {
  const unreadable = summaries.find(
    ({ format, frames, damage }) => damage !== undefined && (format === undefined || frames === 0),
  )
  if (unreadable?.damage === undefined) return
  const { file, offset, text } = unreadable.damage
  throw new SiploadgenError('capture/unreadable', `${file}: at byte ${offset}: ${text}`)
}

/** Every format as a file of the folder. */
function writeFiles(result: RunResult, folder: string | undefined): void {
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  for (const reporter of Object.values<Reporter>(reporters))
    writeWhole(`${folder}/${reporter.file}`, reporter.render(result))
}

/** A damaged capture whose readable part shows a violation has shown it; without one its rest is unknown. */
function exitOf({ verdict, coverage }: RunResult, { summaries }: JudgedCaptures): number {
  if (verdict === 'fail') return exitCode.fail
  if (summaries.some(({ damage }) => damage !== undefined)) return exitCode.usage
  return verdict === 'pass' && coverage.rules.exercised > 0 ? exitCode.pass : exitCode.inconclusive
}
