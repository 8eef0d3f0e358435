import { exitCode } from '../../base/error-table.js'
import { SiploadgenError } from '../../base/errors.js'
import type { Scenario } from '../../model/scenario.js'
import { loadScenario } from '../../scenario/load-scenario.js'
import { checkExpectations } from '../run/check-expectations.js'

export interface CommandOutput {
  out(text: string): void
  err(text: string): void
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

function summary(file: string, { name, groups, flows, thresholds }: Scenario): string {
  const agents = groups.reduce((sum, group) => sum + group.count, 0)
  const parts = [plural(groups.length, 'group'), plural(agents, 'agent'), plural(flows.length, 'flow')]
  return `${file}: valid: "${name}", ${parts.join(', ')}, ${plural(thresholds.length, 'threshold')}\n`
}

/** `siploadgen validate`: every problem as `file:line:column`, or one line that says what the scenario holds. */
export async function validateCommand(
  file: string,
  options: { readonly set: Readonly<Record<string, string>>; readonly quiet?: boolean },
  output: CommandOutput,
): Promise<number> {
  try {
    const scenario = loadScenario(file, { set: options.set })
    await checkExpectations(scenario)
    if (!options.quiet) output.out(summary(file, scenario))
    return exitCode.pass
  } catch (error) {
    if (!(error instanceof SiploadgenError)) throw error
    output.err(`${error.describe()}\n`)
    return error.exitCode
  }
}
