import { SiploadgenError } from '../../base/errors.js'
import type { RunResult } from '../../model/result.js'
import { type ReporterName, reporters } from '../../report/registry.js'
import type { Reporter } from '../../report/reporter.js'
import type { RunFolder } from '../../report/result-file.js'
import type { CommandOutput } from '../commands/validate.js'

const isReporter = (name: string): name is ReporterName => Object.hasOwn(reporters, name)

export function checkFormats(formats: readonly string[]): void {
  for (const name of formats) {
    if (isReporter(name)) continue
    const known = Object.keys(reporters).join(', ')
    throw new SiploadgenError('usage/arguments', `there is no format "${name}"; there are ${known}`)
  }
}

/** Every file of a run, and on standard output the formats that were asked for: text when none was. */
export function writeReports(
  folder: RunFolder,
  result: RunResult,
  options: { readonly formats: readonly string[]; readonly quiet: boolean },
  output: CommandOutput,
): void {
  for (const reporter of Object.values<Reporter>(reporters)) {
    if (reporter.name === 'text' || reporter.name === 'json') continue
    if (reporter.name === 'sarif' && result.coverage.rules.testable === 0) continue
    folder.writeFile(reporter.file, reporter.render(result))
  }
  const formats = options.formats.length > 0 ? options.formats : options.quiet ? [] : ['text']
  for (const name of formats) if (isReporter(name)) output.out(printed(name, result))
  if (!options.quiet && formats.includes('text')) output.out(`report: ${folder.path}/report.html\n`)
}

export function printed(name: ReporterName, result: RunResult): string {
  const rendered = (reporters[name] as Reporter).render(result, { colours: process.stdout.isTTY === true })
  return typeof rendered === 'string' ? rendered : Buffer.from(rendered).toString('utf8')
}
