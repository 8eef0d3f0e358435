import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunResult } from '../../src/model/result.js'
import { type Peer, startPeer } from '../peers/peer.js'
import { temporaryFolder } from '../peers/temporary-folder.js'

export interface OwnRunOptions {
  readonly scenario: string
  /** Port on which a group listens: the run is ready when it is bound. */
  readonly listens?: number
  /** Network namespace to run in. */
  readonly namespace?: string
}

/** A `siploadgen run` process of its own, as users start it. */
export interface OwnRun {
  readonly peer: Peer
  /** Waits for the end of the run and reads its result. */
  result(): Promise<OwnResult>
}

export interface OwnResult {
  readonly exitCode: number | null
  readonly output: string
  /** Undefined when the program ended without one. */
  readonly result: RunResult | undefined
}

const program = new URL('../../bin/siploadgen.js', import.meta.url).pathname
/** Above the longest run of a test, so that a run that hangs fails its own test and not the whole file. */
const LONGEST_RUN_MS = 30_000

/** Above the time that a run takes to open its sockets on a busy machine. */
const LONGEST_START_MS = 15_000

/** Whether the process' network namespace has a socket bound to the port, for any protocol and address. */
function isBound(pid: number, port: number): boolean {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return ['udp', 'udp6', 'tcp', 'tcp6'].some((table) =>
    socketTable(pid, table).some((line) => line.trim().split(/\s+/)[1]?.endsWith(wanted)),
  )
}

/** A process that has ended has no tables; its end is noticed by who waits. */
function socketTable(pid: number, table: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/net/${table}`, 'latin1').split('\n')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'EINVAL' || code === 'ESRCH') return []
    throw error
  }
}

async function untilBound(peer: Peer, port: number): Promise<void> {
  let ended = false
  void peer.exit.then(() => {
    ended = true
  })
  const endMs = performance.now() + LONGEST_START_MS
  while (!ended && !isBound(peer.pid, port)) {
    if (performance.now() > endMs) throw new Error(`port ${port} was not bound:\n${peer.output()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  if (ended) throw new Error(`the run ended early:\n${peer.output()}`)
}

export async function startOwn(options: OwnRunOptions): Promise<OwnRun> {
  const folder = temporaryFolder('run')
  const file = join(folder, 'scenario.yaml')
  writeFileSync(file, options.scenario)
  const out = join(folder, 'out')
  const run = [process.execPath, program, 'run', file, '--out', out, '--quiet']
  const [command = '', ...args] =
    options.namespace === undefined ? run : ['ip', 'netns', 'exec', options.namespace, ...run]
  const peer = await startPeer({ command, args, cwd: folder })
  if (options.listens !== undefined) await untilBound(peer, options.listens)
  const result = async (): Promise<OwnResult> => {
    const timer = setTimeout(() => peer.signal('SIGKILL'), LONGEST_RUN_MS)
    const { code } = await peer.exit
    clearTimeout(timer)
    const written = join(out, 'result.json')
    const result = existsSync(written) ? (JSON.parse(readFileSync(written, 'utf8')) as RunResult) : undefined
    return { exitCode: code, output: peer.output(), result }
  }
  return { peer, result }
}

/** The ladder of the first sampled call: `sent INVITE`, `received 180 Ringing`. */
export const ladderOf = (own: OwnResult): string[] =>
  (own.result?.samples[0]?.ladder ?? []).map(({ direction, summary }) => `${direction} ${summary}`)
