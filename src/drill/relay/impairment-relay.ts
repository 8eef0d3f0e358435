import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { SiploadgenError } from '../../base/errors.js'
import type { Address, TransportName } from '../../model/address.js'
import type { Impairment } from './impairment.js'
import type { RelayCommand, RelayReply } from './relay-messages.js'

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never

const TIMEOUT_MS = 5000
const STOP_MS = 2000
const entry = new URL(
  // Run from the sources, as tests do, the child still needs what was compiled.
  import.meta.url.endsWith('.ts') ? '../../../dist/drill/relay/main.js' : './main.js',
  import.meta.url,
)

/**
 * Stands between agents and targets and impairs what passes, in a process of its own so that it takes no time of the
 * generator's. It carries signalling: datagrams and connections to addresses that it was told. Media that a gateway's
 * descriptions lead elsewhere go past it.
 */
export class ImpairmentRelay {
  readonly #child: ChildProcess
  readonly #pending = new Map<number, (reply: RelayReply) => void>()
  readonly #seed: number
  #nextId = 0
  #gone = false

  constructor(seed: number) {
    this.#seed = seed
    this.#child = fork(entry, {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#child.on('message', (reply: RelayReply) => {
      this.#pending.get(reply.id)?.(reply)
      this.#pending.delete(reply.id)
    })
    this.#child.once('exit', () => {
      this.#gone = true
      for (const [id, resolve] of this.#pending) resolve({ kind: 'failed', id, text: 'the relay has ended' })
      this.#pending.clear()
    })
    // Without a process there is no exit.
    this.#child.on('error', () => this.#child.emit('exit'))
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** A path to a target; gives where agents find it. Throws `environment/fault`. */
  async open(name: string, transport: TransportName, host: string, target: Address): Promise<Address> {
    const over = transport === 'udp' ? 'udp' : 'tcp'
    const reply = await this.#ask({ kind: 'open', name, over, host, target, seed: this.#seed })
    if (reply.kind === 'opened') return reply.local
    throw new SiploadgenError('environment/fault', `the relay towards ${name}: ${textOf(reply)}`)
  }

  /** Of all paths to the target; gives why it could not be done. */
  async impair(name: string, impairment: Impairment): Promise<string | undefined> {
    const reply = await this.#ask({ kind: 'impair', name, impairment })
    return reply.kind === 'done' ? undefined : textOf(reply)
  }

  #ask(command: WithoutId<RelayCommand>): Promise<RelayReply> {
    const id = this.#nextId++
    if (this.#gone) return Promise.resolve({ kind: 'failed', id, text: 'the relay has ended' })
    return new Promise((resolve) => {
      const limit = setTimeout(() => {
        this.#pending.delete(id)
        resolve({ kind: 'failed', id, text: `the relay does not answer within ${TIMEOUT_MS} ms` })
      }, TIMEOUT_MS)
      this.#pending.set(id, (reply) => {
        clearTimeout(limit)
        resolve(reply)
      })
      // A failed send is followed by the child's end.
      this.#child.send({ ...command, id }, () => {})
    })
  }

  /** Resolves when the process is gone. */
  async stop(): Promise<void> {
    if (this.#gone) return
    const ended = once(this.#child, 'exit')
    const kill = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS)
    this.#child.send({ kind: 'stop', id: this.#nextId++ }, () => {})
    await ended
    clearTimeout(kill)
  }
}

const textOf = (reply: RelayReply): string => (reply.kind === 'failed' ? reply.text : 'an answer to something else')
