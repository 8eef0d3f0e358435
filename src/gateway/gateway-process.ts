import { type ChildProcess, fork } from 'node:child_process'
import { SiploadgenError } from '../base/errors.js'
import type { GatewayCommand, GatewayReply } from './gateway-messages.js'

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never

const STOP_MS = 3000
const KEPT_TEXT = 2000

interface Pending {
  readonly resolve: (reply: GatewayReply) => void
  readonly reject: (error: SiploadgenError) => void
}

/** A gateway in a child process, as the parent sees it. */
export class GatewayProcess {
  readonly #child: ChildProcess
  readonly #name: string
  readonly #pending = new Map<number, Pending>()
  readonly #ended: Promise<void>
  /** Before 'close', which waits for its streams. */
  readonly #exited: Promise<void>
  #nextId = 0
  #errorText = ''
  #end: string | undefined

  constructor(entry: URL, name: string) {
    this.#name = name
    // Options of this process, such as an inspector's port, are not the child's. Structured cloning keeps undefined.
    this.#child = fork(entry, {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#errorText = (this.#errorText + chunk.toString()).slice(-KEPT_TEXT)
    })
    this.#child.on('message', (reply: GatewayReply) => {
      this.#pending.get(reply.id)?.resolve(reply)
      this.#pending.delete(reply.id)
    })
    this.#exited = new Promise((resolve) => this.#child.once('exit', () => resolve()))
    this.#ended = new Promise((resolve) => {
      // 'close' comes after the last of stderr; 'error' when there never was a process.
      this.#child.once('close', (code, signal) => resolve(this.#lose(`ended with ${signal ?? `code ${code}`}`)))
      this.#child.once('error', (error) => resolve(this.#lose(error.message)))
    })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Sends a command and gives the answer; rejects with `environment/gateway` when there is none in time. */
  ask(command: WithoutId<GatewayCommand>, timeoutMs: number): Promise<GatewayReply> {
    if (this.#end !== undefined) return Promise.reject(this.#error(this.#end))
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id)
        reject(this.#error(`does not answer "${command.kind}" within ${timeoutMs} ms`))
      }, timeoutMs)
      const settle = (): void => clearTimeout(timer)
      this.#pending.set(id, {
        resolve: (reply) => {
          settle()
          if (reply.kind === 'failed') reject(this.#error(reply.text))
          else resolve(reply)
        },
        reject: (error) => {
          settle()
          reject(error)
        },
      })
      // A failed send is followed by the child's end, which rejects whatever is pending.
      this.#child.send({ ...command, id }, () => {})
    })
  }

  /** Ends it without a word (SIGKILL); resolves when it is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#exited
  }

  /** Resolves when the process is gone. */
  async stop(): Promise<void> {
    if (this.#end !== undefined) return
    // A process that was stopped by a signal hears nothing.
    this.#child.kill('SIGCONT')
    const kill = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS)
    // Its end is what counts: an answer to "stop" that is lost with the channel is none the worse.
    this.#child.send({ kind: 'stop', id: this.#nextId++ }, () => {})
    await this.#ended
    clearTimeout(kill)
  }

  #lose(how: string): void {
    const last = this.#errorText.trim()
    this.#end = last === '' ? how : `${how}: ${last}`
    for (const { reject } of this.#pending.values()) reject(this.#error(this.#end))
    this.#pending.clear()
  }

  #error(text: string): SiploadgenError {
    return new SiploadgenError('environment/gateway', `${this.#name}: ${text}`)
  }
}
