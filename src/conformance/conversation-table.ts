import { ForgetfulNumberMap } from '../capture/forgetful-number-map.js'
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
  readonly #open = new Map<number, Conversation>()
  /** Those in progress in the order of their last message. */
  readonly #order = new SilenceOrder()
  readonly #ended = new ForgetfulNumberMap<true>(maximumEnded)
  readonly #onEnd: (conversation: Conversation) => void
  #held = 0
  #sinceSweep = 0

  constructor(onEnd: (conversation: Conversation) => void) {
    this.#onEnd = onEnd
  }

  /** Returns the conversation that the message is part of; its Call-ID is asked for when it is the first. */
  add(message: ObservedMessage, { callId, toTag }: MessageIdentity, textOfCallId: () => string): Conversation {
    let conversation = this.#open.get(callId)
    if (conversation === undefined) {
      const isResumed = this.#ended.get(callId) === true || !message.isRequest || toTag !== 0
      conversation = new Conversation(textOfCallId(), callId, isResumed)
      this.#open.set(callId, conversation)
    } else this.#order.remove(conversation)
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
    this.#open.delete(conversation.number)
    this.#order.remove(conversation)
    this.#held -= conversation.messages.length
    this.#ended.set(conversation.number, true)
    this.#onEnd(conversation)
  }
}
