import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { atEnd } from './at-end.js'

export interface PeerOptions {
  readonly command: string
  readonly args?: readonly string[]
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Its standard input stays open and silent, for programs that end with it. */
  readonly opensInput?: true
  /** The peer is ready when its output matches, or when the predicate says so; without it, as soon as it runs. */
  readonly ready?: RegExp | (() => boolean | Promise<boolean>)
  readonly readyWithinMs?: number
  /** First signal of a stop; SIGKILL follows for what is left of the process group. */
  readonly stopSignal?: NodeJS.Signals
  readonly stopWithinMs?: number
}

export interface PeerExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface Peer {
  readonly pid: number
  /** Standard output and standard error so far, in order of arrival. */
  output(): string
  stdout(): string
  readonly exit: Promise<PeerExit>
  signal(signal: NodeJS.Signals): void
  /** Ends the process and its group, and nothing else; safe to call twice. */
  stop(): Promise<PeerExit>
}

const pollMs = 20
const running = new Set<number>()

// The last resort for a test process that ends without running its clean-up.
process.on('exit', () => {
  for (const pid of running) signalGroup(pid, 'SIGKILL')
})

/** Signals a whole process group; a group that is already gone is what a stop wants. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Starts a program in a process group of its own, waits until it is ready, and stops it when the test ends. */
export async function startPeer(options: PeerOptions): Promise<Peer> {
  const child = spawn(options.command, [...(options.args ?? [])], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: [options.opensInput ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const peer = await watch(child, options)
  atEnd(async () => {
    await peer.stop()
  })
  try {
    await untilReady(peer, options)
  } catch (error) {
    await peer.stop()
    throw error
  }
  return peer
}

async function watch(child: ChildProcess, options: PeerOptions): Promise<Peer> {
  let all = ''
  let standard = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    all += text
    standard += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    all += text
  })
  // 'close' rather than 'exit': by then all output has been read.
  const exit = new Promise<PeerExit>((resolve) => child.once('close', (code, signal) => resolve({ code, signal })))
  // A command that cannot be run emits 'error', which rejects here.
  await once(child, 'spawn')
  const pid = child.pid
  if (pid === undefined) throw new Error(`${options.command} has no process id`)
  running.add(pid)
  let ended = false
  void exit.then(() => {
    ended = true
  })
  const stop = async (): Promise<PeerExit> => {
    if (!ended) {
      signalGroup(pid, options.stopSignal ?? 'SIGTERM')
      await Promise.race([exit, delay(options.stopWithinMs ?? 5000)])
    }
    // Children that outlived the leader belong to the group too.
    signalGroup(pid, 'SIGKILL')
    running.delete(pid)
    return exit
  }
  return { pid, output: () => all, stdout: () => standard, exit, signal: (signal) => signalGroup(pid, signal), stop }
}

async function untilReady(peer: Peer, options: PeerOptions): Promise<void> {
  const { ready } = options
  if (ready === undefined) return
  let ended: PeerExit | undefined
  void peer.exit.then((exit) => {
    ended = exit
  })
  const withinMs = options.readyWithinMs ?? 10_000
  const endMs = performance.now() + withinMs
  while (true) {
    const is = ready instanceof RegExp ? ready.test(peer.output()) : await ready()
    if (is) return
    const said = `\n${peer.output().slice(-4000)}`
    if (ended !== undefined) throw new Error(`${options.command} ended (${ended.code ?? ended.signal}) early:${said}`)
    if (performance.now() > endMs) throw new Error(`${options.command} was not ready within ${withinMs} ms:${said}`)
    await delay(pollMs)
  }
}

export interface ProgramResult extends PeerExit {
  readonly stdout: string
  readonly output: string
}

/** Runs a program to its end; one that takes longer than `withinMs` is stopped and is an error. */
export async function runProgram(options: PeerOptions & { readonly withinMs?: number }): Promise<ProgramResult> {
  const peer = await startPeer(options)
  const withinMs = options.withinMs ?? 30_000
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, withinMs, undefined)
  })
  const exit = await Promise.race([peer.exit, patience])
  clearTimeout(timer)
  if (exit === undefined) {
    await peer.stop()
    throw new Error(`${options.command} did not end within ${withinMs} ms:\n${peer.output().slice(-4000)}`)
  }
  await peer.stop()
  return { ...exit, stdout: peer.stdout(), output: peer.output() }
}
