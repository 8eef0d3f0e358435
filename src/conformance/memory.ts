import { type Flow, FlowTable } from './model/flow.js'
import type { ObservedMessage } from './model/observed-message.js'

/** What is kept of a message after its conversation is gone. */
export interface Trace {
  readonly callId: string
  readonly cseq: number
  readonly frames: readonly number[]
}

/** A map that forgets its oldest entry when it is full. */
class BoundedMap<V> {
  readonly #entries = new Map<string, V>()
  readonly #capacity: number

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get(key: string): V | undefined {
    return this.#entries.get(key)
  }

  /** Keeps what came first under a key. */
  note(key: string, value: V): void {
    if (this.#entries.has(key)) return
    if (this.#entries.size >= this.#capacity) {
      const oldest = this.#entries.keys().next()
      if (!oldest.done) this.#entries.delete(oldest.value)
    }
    this.#entries.set(key, value)
  }
}

const CAPACITY = 50_000

/** What was seen in all conversations, noted as it comes; the oldest is forgotten. */
export class Memory {
  readonly #branches = new BoundedMap<Trace>(CAPACITY)
  readonly #dialogs = new BoundedMap<Trace>(CAPACITY)
  readonly flows = new FlowTable()
  readonly #tags = new BoundedMap<Trace>(CAPACITY)

  note(message: ObservedMessage): void {
    this.flows.note(message)
    const trace: Trace = { callId: message.sip.callId, cseq: message.sip.cseq, frames: message.frames }
    if (message.isRequest) {
      if (message.method !== 'ACK' && message.method !== 'CANCEL') this.#branches.note(branchKey(message), trace)
      if (message.isFirstHop && message.sip.toTag === '' && message.sip.fromTag !== '')
        this.#tags.note(tagKey(message), trace)
    } else if (message.status >= 200 && message.status < 300 && message.method === 'INVITE') {
      this.#dialogs.note(dialogKey(message), trace)
    }
  }

  /** What is known of the connection that carries this message. */
  flowOf({ captured }: ObservedMessage): Flow | undefined {
    return captured.connection === undefined ? undefined : this.flows.get(captured.connection.id)
  }

  /** The first request with the branch and sent-by of this message. */
  byBranch(message: ObservedMessage): Trace | undefined {
    return this.#branches.get(branchKey(message))
  }

  /** The first 2xx to an INVITE with both tags of this message. */
  byTags(message: ObservedMessage): Trace | undefined {
    return this.#dialogs.get(dialogKey(message))
  }

  /** The first request that opened something with this From tag from this host. */
  byFromTag(message: ObservedMessage): Trace | undefined {
    return this.#tags.get(tagKey(message))
  }
}

function branchKey(message: ObservedMessage): string {
  const { branch, host, port } = message.sip.topVia
  return `${branch} ${message.method} ${host}:${port ?? ''}`
}

const dialogKey = ({ sip }: ObservedMessage): string => [sip.fromTag, sip.toTag].sort().join(' ')

const tagKey = ({ source, sip }: ObservedMessage): string => `${source.host} ${sip.fromTag}`
