import { ForgetfulMap } from '../capture/forgetful-map.js'
import { type Flow, FlowTable } from './model/flow.js'
import { identityOf, type MessageIdentity } from './model/message-identity.js'
import type { ObservedMessage } from './model/observed-message.js'
import { hashText } from './precedent/number-hash.js'

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
  readonly #branches = new ForgetfulMap<number, Trace>(CAPACITY)
  readonly #dialogs = new ForgetfulMap<number, Trace>(CAPACITY)
  readonly flows = new FlowTable()
  readonly #tags = new ForgetfulMap<number, Trace>(CAPACITY)

  /**
   * Notes a message; `callId` is the same text as in its identity, one that holds on to no message. Returns whether
   * something of it was seen in another conversation, or on a connection that is kept alive as RFC 5626 has it.
   */
  note(message: ObservedMessage, identity: MessageIdentity, callId: string): boolean {
    this.flows.note(message)
    const { method, status } = message
    let isShared = this.flowOf(message)?.outbound === true
    let trace: Trace | undefined
    const note = (traces: ForgetfulMap<number, Trace>, key: number): void => {
      const known = traces.get(key)
      if (known !== undefined) {
        if (known.callId !== callId) isShared = true
        return
      }
      trace ??= { callId, cseq: message.cseq, frame: message.frames[0] ?? 0 }
      traces.set(key, trace)
    }
    if (!message.isRequest) {
      if (status >= 200 && status < 300 && method === 'INVITE') note(this.#dialogs, tagsKey(identity))
      return isShared
    }
    if (method !== 'ACK' && method !== 'CANCEL') note(this.#branches, branchKey(method, identity))
    if (identity.toTag !== '') {
      const begun = this.#dialogs.get(tagsKey(identity))
      return isShared || (begun !== undefined && begun.callId !== callId)
    }
    if (message.isFirstHop && identity.fromTag !== '') note(this.#tags, tagKey(message, identity))
    return isShared
  }

  /** What is known of the connection that carries this message. */
  flowOf({ captured }: ObservedMessage): Flow | undefined {
    return captured.connection === undefined ? undefined : this.flows.get(captured.connection.id)
  }

  /** The first request with the branch and sent-by of this message. */
  byBranch({ method, sip }: ObservedMessage): Trace | undefined {
    return this.#branches.get(branchKey(method, identityOf(sip)))
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

/** Numbers, since texts of each message would be many: two that are the same by chance are one in 10^12. */
const branchKey = (method: string, { branch, sentBy }: MessageIdentity): number =>
  hashText(branch, hashText(method, hashText(sentBy)))

const tagsKey = ({ fromTag, toTag }: MessageIdentity): number => hashText(fromTag) + hashText(toTag)

const tagKey = ({ source }: ObservedMessage, { fromTag }: MessageIdentity): number =>
  hashText(fromTag, hashText(source.host))
