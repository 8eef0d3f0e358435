import { ForgetfulNumberMap } from '../capture/forgetful-number-map.js'
import { joined } from '../capture/number-hash.js'
import { hashOf } from '../capture/octet-hash.js'
import { type Flow, FlowTable } from './model/flow.js'
import { identityOf, type MessageIdentity } from './model/message-identity.js'
import type { ObservedMessage } from './model/observed-message.js'

/** What is kept of a message after its conversation is gone. */
export interface Trace {
  readonly callId: string
  readonly cseq: number
  /** The first one with it. */
  readonly frame: number
}

/** Of each kind of trace; up to twice as many are kept. */
const CAPACITY = 25_000

/** What was seen in all conversations, noted as it comes; the oldest is forgotten. */
export class Memory {
  readonly #branches = new ForgetfulNumberMap<Trace>(CAPACITY)
  readonly #dialogs = new ForgetfulNumberMap<Trace>(CAPACITY)
  readonly flows = new FlowTable()
  readonly #tags = new ForgetfulNumberMap<Trace>(CAPACITY)

  /**
   * Notes a message; `callId` is the text of it, one that holds on to no message. Returns whether something of it was
   * seen in another conversation, or on a connection that is kept alive as RFC 5626 has it.
   */
  note(message: ObservedMessage, identity: MessageIdentity, callId: string): boolean {
    this.flows.note(message)
    const isOutbound = this.flowOf(message)?.outbound === true
    return this.#noteTraces(message, identity, callId) || isOutbound
  }

  #noteTraces(message: ObservedMessage, identity: MessageIdentity, callId: string): boolean {
    const { method, status } = message
    if (!message.isRequest) {
      const begins = status >= 200 && status < 300 && method === 'INVITE'
      return begins && isOther(this.#dialogs, tagsKey(identity), message, callId)
    }
    const isTransaction = method !== 'ACK' && method !== 'CANCEL'
    const isShared = isTransaction && isOther(this.#branches, identity.transaction, message, callId)
    if (identity.toTag !== 0) {
      const begun = this.#dialogs.get(tagsKey(identity))
      return isShared || (begun !== undefined && begun.callId !== callId)
    }
    if (!message.isFirstHop || identity.fromTag === 0) return isShared
    return isOther(this.#tags, tagKey(message, identity), message, callId) || isShared
  }

  /** What is known of the connection that carries this message. */
  flowOf({ captured }: ObservedMessage): Flow | undefined {
    return captured.connection === undefined ? undefined : this.flows.get(captured.connection.id)
  }

  /** The first request with the branch and sent-by of this message. */
  byBranch({ sip }: ObservedMessage): Trace | undefined {
    return this.#branches.get(identityOf(sip).transaction)
  }

  /** The first 2xx to an INVITE with both tags of this message. */
  byTags({ sip }: ObservedMessage): Trace | undefined {
    return this.#dialogs.get(tagsKey(identityOf(sip)))
  }

  /** The first request that opened something with this From tag from this host. */
  byFromTag(message: ObservedMessage): Trace | undefined {
    return this.#tags.get(tagKey(message, identityOf(message.sip)))
  }
}

/** Whether the first message that was noted with this key is of another conversation; this one is noted if it is the first. */
function isOther(traces: ForgetfulNumberMap<Trace>, key: number, message: ObservedMessage, callId: string): boolean {
  const known = traces.get(key)
  if (known === undefined) traces.set(key, { callId, cseq: message.cseq, frame: message.frames[0] ?? 0 })
  return known !== undefined && known.callId !== callId
}

/** The same in both directions, and never 0. */
const tagsKey = ({ fromTag, toTag }: MessageIdentity): number => fromTag + toTag + 1

const tagKey = ({ source }: ObservedMessage, { fromTag }: MessageIdentity): number =>
  joined(fromTag, hashOf(source.host))
