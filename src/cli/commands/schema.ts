import { exitCode } from '../../base/error-table.js'
import { scenarioJsonSchema } from '../../scenario/json-schema.js'
import type { CommandOutput } from './validate.js'

/** `siploadgen schema`: the JSON Schema of scenario files. */
export async function schemaCommand(output: CommandOutput): Promise<number> {
  output.out(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`)
  return exitCode.pass
}
