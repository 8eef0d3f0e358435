import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { exitCode } from '../../base/error-table.js'
import { readResult } from '../../report/read-result.js'
import { type ReporterName, reporters } from '../../report/registry.js'
import type { Reporter } from '../../report/reporter.js'
import { writeWhole } from '../../report/result-file.js'
import { checkFormats, printed } from '../run/write-reports.js'
import type { CommandOutput } from './validate.js'

/** The folder of a run stands for the result in it. */
const resultFile = (path: string): string =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ? join(path, 'result.json') : path

/** `siploadgen report`: renders a stored result in any format, to standard output or into a folder. */
export async function reportCommand(
  path: string,
  options: { readonly formats: readonly string[]; readonly out: string | undefined },
  output: CommandOutput,
): Promise<number> {
  checkFormats(options.formats)
  const result = readResult(resultFile(path))
  if (options.out !== undefined) mkdirSync(options.out, { recursive: true })
  for (const name of options.formats) {
    const reporter: Reporter = reporters[name as ReporterName]
    if (options.out === undefined) output.out(printed(name as ReporterName, result))
    else {
      writeWhole(`${options.out}/${reporter.file}`, reporter.render(result))
      output.out(`${options.out}/${reporter.file}\n`)
    }
  }
  return exitCode.pass
}
