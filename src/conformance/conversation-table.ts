import { ForgetfulMap } from '../capture/forgetful-map.js'
import { ownCopy } from '../sip/message/wire.js'
import { Conversation } from './model/conversation.js'
import type { MessageIdentity } from './model/message-identity.js'
import type { ObservedMessage } from './model/observed-message.js'
import { SilenceOrder } from './model/silence-order.js'

/** Silence after which a conversation without a dialog is over: 64*T1 twice, for both ends of a transaction. */
const IDLE_MS = 70_000
/** Silence after which a dialog without BYE is given up; session timers and registrations are shorter. */
const DIALOG_IDLE_MS = 3_900_000
/** Messages kept at most; each costs some kilobytes. */
const maximumMessages = 10_000
/** Call-IDs that are remembered when their conversation was judged; up to twice as many. */
const maximumEnded = 10_000
/** How often the table looks for silence, in messages. */
const sweepInterval = 2000

/** Conversations in progress, by Call-ID. What is over is handed on and forgotten, so that memory stays flat. */
export class ConversationTable {
  readonly #open = new Map<string, Conversation>()
  /** Those in progress in the order of their last message. */
  readonly #order = new SilenceOrder()
  readonly #ended = new ForgetfulMap<string, true>(maximumEnded)
  readonly #onEnd: (conversation: Conversation) => void
  #held = 0
  #sinceSweep = 0

  constructor(onEnd: (conversation: Conversation) => void) {
    this.#onEnd = onEnd
  }

  /** Returns the conversation that the message is part of. */
  add(message: ObservedMessage, { callId, toTag }: MessageIdentity): Conversation {
    const known = this.#open.get(callId)
    const conversation = known ?? this.#begin(callId, message.isRequest && toTag === '')
    if (known === undefined) this.#open.set(conversation.callId, conversation)
    else this.#order.remove(conversation)
    this.#order.append(conversation)
    conversation.add(message)
    this.#held++
    if (++this.#sinceSweep >= sweepInterval) this.#sweep(message.atMs)
    return conversation
  }

  /** Those in progress are not to be compared with others. */
  markAllSingular(): void {
    for (const conversation of this.#open.values()) conversation.key.markSingular()
  }

  endAll(): void {
    for (const conversation of [...this.#open.values()]) this.#end(conversation)
  }

  #begin(callId: string, isBegun: boolean): Conversation {
    return new Conversation(ownCopy(callId), this.#ended.get(callId) === true || !isBegun)
  }

  #sweep(nowMs: number): void {
    this.#sinceSweep = 0
    let next = this.#order.first
    while (next !== undefined) {
      const conversation = next
      next = conversation.next
      const silentMs = nowMs - conversation.lastMs
      if (silentMs < IDLE_MS && this.#held <= maximumMessages) return
      if (silentMs >= DIALOG_IDLE_MS || !conversation.isLasting || this.#held > maximumMessages) this.#end(conversation)
    }
  }

  #end(conversation: Conversation): void {
    this.#open.delete(conversation.callId)
    this.#order.remove(conversation)
    this.#held -= conversation.messages.length
    this.#ended.set(conversation.callId, true)
    this.#onEnd(conversation)
  }
}
