import { type Clock, Timer, type TimerOwner } from '../../../base/clock.js'
import type { Rng } from '../../../base/rng.js'
import type { LongTermCredentials } from '../../../stun/long-term-credentials.js'
import { attributeTypes, readErrorCode } from '../../../stun/stun-attribute.js'
import { hasIntegrity, type StunMessage, writeStun } from '../../../stun/stun-message.js'
import { StunTransaction } from '../../../stun/stun-transaction.js'
import type { TurnRequest } from '../../../stun/turn-request.js'
import { newTransactionId } from '../ice/ice-credentials.js'

export type ServerAnswer =
  | { readonly kind: 'success'; readonly response: StunMessage }
  | { readonly kind: 'refused'; readonly code: number; readonly reason: string }
  /** Not a word to any of the copies (RFC 8489 6.2.1). */
  | { readonly kind: 'silent' }

export interface ServerRequestParts {
  readonly clock: Clock
  readonly rng: Rng
  /** What a TURN server is told when it asks; undefined: nothing. */
  readonly credentials: LongTermCredentials | undefined
  send(bytes: Buffer): void
}

interface OpenRequest {
  readonly request: TurnRequest
  readonly transaction: StunTransaction
  readonly key: Buffer | undefined
  readonly challenges: number
  readonly done: (answer: ServerAnswer) => void
}

const unauthenticated = 401
const staleNonce = 438
/** A server that asks more often than this is not going to be content. */
const mostChallenges = 3

/** Requests to one STUN or TURN server, repeated until their answers come, and authenticated when it asks for it. */
export class ServerRequests implements TimerOwner {
  readonly #parts: ServerRequestParts
  readonly #open = new Map<string, OpenRequest>()
  readonly #timer = new Timer(this, 'ice-server')

  constructor(parts: ServerRequestParts) {
    this.#parts = parts
  }

  ask(request: TurnRequest, done: (answer: ServerAnswer) => void): void {
    this.#ask(request, done, 0)
  }

  /** A response of the server; false when nothing was asked under its id. */
  receive(response: StunMessage): boolean {
    const open = this.#open.get(response.transactionId)
    if (!open) return false
    if (response.messageClass === 'error') this.#onError(open, response)
    // RFC 8489 9.2.5: one that does not prove to come from the server is as if it had not come.
    else if (!open.key || hasIntegrity(response, open.key)) this.#end(open, { kind: 'success', response })
    return true
  }

  close(): void {
    this.#parts.clock.disarm(this.#timer)
    this.#open.clear()
  }

  onTimer(): void {
    const nowMs = this.#parts.clock.nowMs()
    for (const open of [...this.#open.values()]) {
      const { transaction } = open
      if (transaction.dueMs > nowMs) continue
      if (transaction.next(nowMs) === 'send') this.#parts.send(transaction.bytes)
      else this.#end(open, { kind: 'silent' })
    }
    this.#schedule()
  }

  #ask(request: TurnRequest, done: OpenRequest['done'], challenges: number): void {
    const { clock, rng, credentials, send } = this.#parts
    const id = newTransactionId(rng)
    const key = credentials?.key
    const head = { method: request.method, messageClass: 'request', transactionId: id } as const
    const bytes = writeStun(head, [...request.attributes(id), ...(credentials?.attributes ?? [])], key, true)
    this.#open.set(id, { request, transaction: new StunTransaction(id, bytes, clock.nowMs()), key, challenges, done })
    send(bytes)
    this.#schedule()
  }

  /** RFC 8489 9.2.5: the first 401 tells the realm, a 438 another nonce; 401 to the right realm is a refusal. */
  #onError(open: OpenRequest, response: StunMessage): void {
    const value = response.attributes.get(attributeTypes.errorCode)
    const code = readErrorCode(value)
    const asks = code === staleNonce || (code === unauthenticated && !open.key)
    if (asks && open.challenges < mostChallenges && this.#parts.credentials?.challenge(response)) {
      this.#open.delete(open.transaction.id)
      this.#ask(open.request, open.done, open.challenges + 1)
      return
    }
    const reason = value ? value.toString('utf8', 4).slice(0, 100) : ''
    this.#end(open, { kind: 'refused', code, reason })
  }

  #end(open: OpenRequest, answer: ServerAnswer): void {
    this.#open.delete(open.transaction.id)
    open.done(answer)
  }

  #schedule(): void {
    const { clock } = this.#parts
    let dueMs = Number.POSITIVE_INFINITY
    for (const { transaction } of this.#open.values()) dueMs = Math.min(dueMs, transaction.dueMs)
    if (dueMs === Number.POSITIVE_INFINITY) clock.disarm(this.#timer)
    else clock.arm(this.#timer, Math.max(0, dueMs - clock.nowMs()))
  }
}
