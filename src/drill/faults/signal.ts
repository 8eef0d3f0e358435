import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { choice, mapping, text } from '../../scenario/fields.js'
import { defineFault, type PreparedFault, type Scene } from '../fault.js'
import { checkInstance } from '../gateway-fault.js'
import { identify, isSame, type ProcessIdentity } from '../process-identity.js'
import { runProgram } from '../program.js'
import { signalProcess, type Undo } from '../undo.js'

const signals = ['KILL', 'TERM', 'INT', 'HUP', 'QUIT', 'STOP', 'CONT', 'USR1', 'USR2'] as const
const UNDO_TIMEOUT_MS = 30_000

interface Settings {
  readonly send: (typeof signals)[number]
  readonly gateway?: string | undefined
  readonly 'pid file'?: string | undefined
  readonly undo?: string | undefined
}

/** The process that is meant now, or why there is none. */
function find(settings: Settings, scene: Scene): ProcessIdentity | string {
  const { gateway, 'pid file': file = '' } = settings
  const pid = gateway === undefined ? readPid(file) : scene.instance(gateway).pid
  if (typeof pid === 'string') return pid
  const found = pid === undefined ? undefined : identify(pid)
  return found ?? `there is no process ${pid ?? ''}${gateway === undefined ? ` of ${file}` : ` of ${gateway}`}`
}

function readPid(file: string): number | string {
  try {
    const text = readFileSync(file, 'utf8').trim()
    return /^[1-9]\d*$/.test(text) ? Number(text) : `the file ${file} holds no process id`
  } catch (error) {
    return `the pid file cannot be read: ${(error as Error).message}`
  }
}

/** Whether this user may signal it. */
function refusal({ pid }: ProcessIdentity): string | undefined {
  try {
    process.kill(pid, 0)
    return undefined
  } catch (error) {
    return `process ${pid} cannot be signalled: ${(error as Error).message}`
  }
}

/** STOP is undone by CONT, whatever else by the command that the scenario gives. */
function prepared(settings: Settings, process: ProcessIdentity, find: () => ProcessIdentity | string): PreparedFault {
  const { send, undo } = settings
  const resumes = send === 'STOP' && undo === undefined
  const undone = undo !== 'none'
  const back: Undo[] = resumes
    ? [{ kind: 'signal', process, signal: 'SIGCONT' }]
    : undo === undefined || !undone
      ? []
      : [{ kind: 'command', command: undo, timeoutMs: UNDO_TIMEOUT_MS }]
  return {
    does: `send SIG${send} to process ${process.pid}`,
    undoes: resumes ? `send SIGCONT to process ${process.pid}` : undone ? `run: ${undo}` : 'nobody undoes it',
    undos: back,
    inForce: 'made',
    undone,
    make: async () => {
      const now = isSame(process) ? process : find()
      return typeof now === 'string' ? now : signalProcess(now, `SIG${send}`)
    },
    undo: async () => {
      if (resumes) return signalProcess(process, 'SIGCONT')
      if (undo === undefined || !undone) return undefined
      return (await runProgram('/bin/sh', ['-c', undo], { timeoutMs: UNDO_TIMEOUT_MS })).problem
    },
  }
}

export const signal = defineFault({
  word: 'signal',
  help: 'sends a signal to a process; STOP leaves its connections standing and silent, and is undone by CONT',
  settings: mapping({
    send: choice(signals).describe('the signal'),
    gateway: text.optional().describe('an embedded gateway'),
    'pid file': text.optional().describe('a file that holds the process id'),
    undo: text.optional().describe('command that undoes it, or none; left out after STOP it is CONT'),
  }),
  example: '- { at: 30s, for: 5s, signal: { send: STOP, gateway: gateway-1 } }',
  subjects: ({ gateway, 'pid file': file }) => [gateway ?? `pid file ${file}`],
  target: ({ gateway }) => gateway,
  check(settings, place) {
    const { gateway, 'pid file': file, send, undo } = settings
    if ((gateway === undefined) === (file === undefined)) place.problem('name either a gateway or a pid file')
    if (gateway !== undefined) checkInstance(gateway, place, 'gateway')
    if (gateway !== undefined && send !== 'STOP') {
      place.problem('an embedded gateway can be stopped by STOP; "kill" ends it and starts it anew', 'send')
    }
    if (undo === undefined && send !== 'STOP') place.problem(`nothing undoes ${send}: add undo: COMMAND, or undo: none`)
  },
  async prepare(settings, scene) {
    if (constants.signals[`SIG${settings.send}`] === undefined) return `SIG${settings.send} is not known here`
    const again = (): ProcessIdentity | string => find(settings, scene)
    const process = again()
    if (typeof process === 'string') return process
    return refusal(process) ?? prepared(settings, process, again)
  },
})
