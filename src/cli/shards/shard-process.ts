import { type ChildProcess, fork } from 'node:child_process'
import { type Clock, Timer, type TimerOwner } from '../../base/clock.js'
import { exitCode } from '../../base/error-table.js'
import { SiploadgenError } from '../../base/errors.js'
import type { ShardCommand, ShardNotice, ShardOver, ShardReport, ShardTask } from './shard-messages.js'

const entry = new URL('./main.js', import.meta.url)

/**
 * The young generation of V8 in MB, which takes what a call leaves behind: with the 16 of Node.js much of it is copied
 * before it has died.
 */
const SEMI_SPACE_MB = 64
/** A shard speaks twice a second: after so long without a word it hangs. */
export const SILENT_MS = 30_000

type Live = Extract<ShardNotice, { kind: 'live' }>

/** Starts the program of a shard, which waits to be told what to do. */
export const forkShard = (): ChildProcess =>
  fork(entry, {
    execArgv: [`--max-semi-space-size=${SEMI_SPACE_MB}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })

/** A process that makes one shard of the load, as the run sees it. */
export class ShardProcess implements TimerOwner {
  readonly name: string
  live: Live | undefined
  /** The last one; that of the whole shard once it is over. */
  report: ShardReport | undefined
  /** Undefined while load runs, and of a shard that was lost. */
  left: Pick<ShardOver, 'calls' | 'drill'> | undefined
  /** Why it was lost, in words; undefined while it was not. */
  lost: string | undefined
  /** It ended by a bug of its own. */
  broken = false
  readonly ready: Promise<void>
  /** The load of the shard is over, or the shard is lost. */
  readonly over: Promise<void>
  readonly ended: Promise<void>
  readonly #child: ChildProcess
  readonly #clock: Clock
  readonly #silence = new Timer(this, 'silence')
  #silent = false

  constructor(task: ShardTask, child: ChildProcess, clock: Clock) {
    const { index, of } = task.shard
    this.#child = child
    this.#clock = clock
    this.name = `shard ${index + 1} of ${of} (process ${this.#child.pid})`
    const notices = new Promise<void>((resolve) => this.#child.once('close', () => resolve()))
    this.ready = new Promise((resolve, reject) => {
      this.#child.on('message', (notice: ShardNotice) => {
        if (notice.kind === 'ready') resolve()
        if (notice.kind === 'failed') reject(failureOf(notice))
      })
      void notices.then(() => reject(new SiploadgenError('environment/shard', `${this.name} ended before load`)))
    })
    // Whoever waits for it hears of it; a shard that is lost later was ready before.
    this.ready.catch(() => {})
    this.over = new Promise((resolve) => {
      this.#child.on('message', (notice: ShardNotice) => {
        if (notice.kind === 'over') resolve()
      })
      void notices.then(resolve)
    })
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        this.#close(code, signal)
        resolve()
      })
    })
    this.#child.on('message', (notice: ShardNotice) => this.#hear(notice))
    clock.arm(this.#silence, SILENT_MS)
    this.tell({ kind: 'prepare', task })
  }

  /** A command to a process that is gone is for nobody: `ended` tells of that. */
  tell(command: ShardCommand): void {
    if (this.#child.connected) this.#child.send(command, () => {})
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #hear(notice: ShardNotice): void {
    this.#clock.arm(this.#silence, SILENT_MS)
    if (notice.kind === 'live') this.live = notice
    if (notice.kind === 'report') this.report = notice.report
    if (notice.kind === 'over') {
      this.report = notice.over.report
      this.left = notice.over
    }
  }

  onTimer(): void {
    this.#silent = true
    this.kill()
  }

  #close(code: number | null, signal: NodeJS.Signals | null): void {
    this.#clock.disarm(this.#silence)
    this.broken = code === exitCode.bug
    if (this.left) return
    const why = this.#silent ? `silent for ${SILENT_MS / 1000} s` : (signal ?? `exit code ${code}`)
    const known = this.report?.part.loadMs ?? 0
    this.lost = `${this.name} was lost (${why}): what it did after ${(known / 1000).toFixed(1)} s of load is not known`
  }
}

const failureOf = ({ code, detail, place, hint }: Extract<ShardNotice, { kind: 'failed' }>): SiploadgenError =>
  new SiploadgenError(code, detail, place ? { place, hint } : { hint })
