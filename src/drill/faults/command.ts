import { mapping, positiveMilliseconds, text } from '../../scenario/fields.js'
import { defineFault } from '../fault.js'
import { findProgram, runProgram } from '../program.js'

const USUAL_TIMEOUT_MS = 30_000

export const command = defineFault({
  word: 'command',
  help: 'runs a command of the shell, and another to undo it; both are shown before anything runs, and what they print is kept',
  settings: mapping({
    run: text.describe('what makes the fault'),
    undo: text.describe('what undoes it, or none'),
    timeout: positiveMilliseconds.optional().describe('how long either may take, 30s when left out'),
  }),
  example: '- { at: 30s, for: 20s, command: { run: systemctl stop kamailio, undo: systemctl start kamailio } }',
  subjects: ({ run }) => [`command ${run}`],
  check({ run, undo }, place) {
    for (const [key, value] of Object.entries({ run, undo })) {
      if (value.trim() === '') place.problem('the command is empty', key)
    }
  },
  async prepare({ run, undo, timeout: timeoutMs = USUAL_TIMEOUT_MS }, scene) {
    const missing = [run, undo].map(missingProgram).find((each) => each !== undefined)
    if (missing !== undefined) return `the program "${missing}" is not installed`
    const undone = undo !== 'none'
    const perform = async (line: string): Promise<string | undefined> => {
      const { problem, output } = await runProgram('/bin/sh', ['-c', line], { timeoutMs })
      if (output.trim() !== '') scene.tell(`${line}\n${output.trimEnd()}`)
      return problem === undefined ? undefined : `"${line}" ${problem}`
    }
    return {
      does: `run: ${run}`,
      undoes: undone ? `run: ${undo}` : 'nobody undoes it',
      undos: undone ? [{ kind: 'command', command: undo, timeoutMs }] : [],
      inForce: 'begun',
      undone,
      make: () => perform(run),
      undo: async () => (undone ? await perform(undo) : undefined),
    }
  },
})

const builtins = new Set([
  'cd',
  'echo',
  'exec',
  'exit',
  'export',
  'kill',
  'none',
  'printf',
  'set',
  'test',
  'true',
  'ulimit',
])

/** The first word of a command, when it is plainly a program and not there. What the shell makes of others, it says. */
function missingProgram(line: string): string | undefined {
  const word = /^\s*([\w./+-]+)(?=\s|$)/.exec(line)?.[1]
  if (word === undefined || builtins.has(word)) return undefined
  return findProgram(word) === undefined ? word : undefined
}
