import type { Conversation } from './conversation.js'

/** Conversations in the order of their last message: they are linked, since they change their places with every one. */
export class SilenceOrder {
  /** The one that is silent for the longest time. */
  first: Conversation | undefined = undefined
  #last: Conversation | undefined = undefined

  append(conversation: Conversation): void {
    conversation.previous = this.#last
    conversation.next = undefined
    if (this.#last === undefined) this.first = conversation
    else this.#last.next = conversation
    this.#last = conversation
  }

  remove(conversation: Conversation): void {
    const { previous, next } = conversation
    if (previous === undefined) this.first = next
    else previous.next = next
    if (next === undefined) this.#last = previous
    else next.previous = previous
    conversation.previous = undefined
    conversation.next = undefined
  }
}
