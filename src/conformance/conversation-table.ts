import { Conversation } from './model/conversation.js'
import { dialogMakers } from './model/dialog-request.js'
import type { ObservedMessage } from './model/observed-message.js'

/** Silence after which a conversation without a dialog is over: 64*T1 twice, for both ends of a transaction. */
const IDLE_MS = 70_000
/** Silence after which a dialog without BYE is given up; session timers and registrations are shorter. */
const DIALOG_IDLE_MS = 3_900_000
/** Messages kept at most; each costs some kilobytes. */
const maximumMessages = 10_000
const maximumEnded = 20_000
/** How often the table looks for silence, in messages. */
const sweepInterval = 2000

/** Conversations in progress, by Call-ID. What is over is handed on and forgotten, so that memory stays flat. */
export class ConversationTable {
  /** In the order of their last message. */
  readonly #open = new Map<string, Conversation>()
  readonly #ended = new Set<string>()
  readonly #onEnd: (conversation: Conversation) => void
  #held = 0
  #sinceSweep = 0

  constructor(onEnd: (conversation: Conversation) => void) {
    this.#onEnd = onEnd
  }

  add(message: ObservedMessage): void {
    const { callId } = message.sip
    const conversation = this.#open.get(callId) ?? new Conversation(callId, this.#ended.has(callId) || !begins(message))
    // Set anew, so that the map stays in the order of silence.
    this.#open.delete(callId)
    this.#open.set(callId, conversation)
    conversation.add(message)
    this.#held++
    if (++this.#sinceSweep >= sweepInterval) this.#sweep(message.atMs)
  }

  endAll(): void {
    for (const conversation of [...this.#open.values()]) this.#end(conversation)
  }

  #sweep(nowMs: number): void {
    this.#sinceSweep = 0
    for (const conversation of [...this.#open.values()]) {
      const silentMs = nowMs - conversation.lastMs
      if (silentMs < IDLE_MS && this.#held <= maximumMessages) return
      if (silentMs >= DIALOG_IDLE_MS || !isLasting(conversation) || this.#held > maximumMessages)
        this.#end(conversation)
    }
  }

  #end(conversation: Conversation): void {
    this.#open.delete(conversation.callId)
    this.#held -= conversation.messages.length
    if (this.#ended.size >= maximumEnded) this.#ended.clear()
    this.#ended.add(conversation.callId)
    this.#onEnd(conversation)
  }
}

const begins = (message: ObservedMessage): boolean => message.isRequest && message.sip.toTag === ''

/** An established dialog without BYE, or a registration, which go on after long silence. */
function isLasting({ transactions }: Conversation): boolean {
  const lasts = transactions.some(
    ({ method, accepted }) => (dialogMakers.includes(method) || method === 'REGISTER') && accepted !== undefined,
  )
  return lasts && !transactions.some(({ method, final }) => method === 'BYE' && final !== undefined)
}
