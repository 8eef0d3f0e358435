import type { Value } from './arithmetic.js'
import { functionNames } from './arithmetic.js'
import type { Reading } from './reading.js'
import { inputSchema, sections } from './scenario-schema.js'
import { didYouMean } from './suggest.js'

const inputName = /^[A-Za-z_][A-Za-z0-9_]*$/
/** From a call step on: user parts of both identities, and the final status of the last call. */
export const callNames = ['caller', 'callee', 'status'] as const
/** Names with a meaning of their own in `${...}`: also the number of the agent that acts first, and of the call. */
export const builtInNames: readonly string[] = ['n', 'call', ...callNames]

/** A value of --set counts as a number when it looks like one, as it would in the file. */
const fromCommandLine = (text: string): Value => (/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text) ? Number(text) : text)

/** Resolves `inputs:` with the values given by --set. */
export function readInputs(
  value: unknown,
  given: Readonly<Record<string, string>>,
  reading: Reading,
): Record<string, Value> {
  const inputs: Record<string, Value> = {}
  const declared = reading.parse(sections.inputs, value, ['inputs']) ?? {}
  const names = Object.keys(typeof value === 'object' && value !== null ? value : {})
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue
    const place =
      names.length > 0 ? reading.document.keyPlace(['inputs']) : { file: reading.document.file, line: 1, column: 1 }
    const text = `--set ${name}: the scenario has no input "${name}"${didYouMean(name, names)}`
    reading.problemAt(place, text, { code: 'scenario/input' })
  }
  for (const [name, section] of Object.entries(declared)) {
    const input = reading.parse(inputSchema, section, ['inputs', name])
    if (input === undefined) continue
    const path = ['inputs', name]
    if (!inputName.test(name) || functionNames.includes(name) || builtInNames.includes(name)) {
      reading.problem(path, `"${name}" cannot be the name of an input`, { key: true })
    }
    const set = Object.hasOwn(given, name) ? given[name] : undefined
    const chosen = set === undefined ? input.default : fromCommandLine(set)
    if (chosen === undefined) {
      reading.problem(path, `the input "${name}" has no default and is not given`, {
        key: true,
        code: 'scenario/input',
        hint: `pass --set ${name}=VALUE`,
      })
    } else if (typeof chosen === 'string' && chosen.includes('${')) {
      reading.problem(path, `the value of "${name}" holds "\${"; an input cannot refer to others`, {
        code: 'scenario/input',
      })
    } else inputs[name] = typeof chosen === 'boolean' ? String(chosen) : chosen
  }
  return inputs
}
