import { type Clock, Timer, type TimerOwner } from '../../base/clock.js'
import type { Rng } from '../../base/rng.js'
import type { SipMessage } from '../message/sip-message.js'
import type { Wire } from '../message/wire.js'
import type { TimerValues } from '../transaction/timers.js'

/** Option tag of RFC 3262. */
export const reliableTag = '100rel'

export interface ReliableSenderUser {
  /** Sends a reliable provisional response through the INVITE's transaction: the first time, and again. */
  sendProvisional(status: number, wire: Wire): void
  /** No PRACK within 64*T1: the INVITE should be answered with a 5xx (RFC 3262 3). */
  onUnacknowledged(): void
}

interface Submitted {
  readonly status: number
  readonly render: (rseq: number) => Wire
}

/**
 * RFC 3262 3, the callee: one reliable provisional response at a time, repeated after T1, 2*T1 and so on (without the
 * limit T2) until its PRACK comes. Those that are submitted meanwhile wait for their turn.
 */
export class ReliableSender implements TimerOwner {
  readonly #clock: Clock
  readonly #timers: TimerValues
  readonly #user: ReliableSenderUser
  readonly #repeatTimer: Timer = new Timer(this, 'repeat')
  readonly #limitTimer: Timer = new Timer(this, 'limit')
  readonly #waiting: Submitted[] = []
  #rseq: number
  #status = 0
  #wire: Wire | undefined = undefined
  #intervalMs = 0

  constructor(clock: Clock, timers: TimerValues, rng: Rng, user: ReliableSenderUser) {
    this.#clock = clock
    this.#timers = timers
    this.#user = user
    // RFC 3262 3: the first value is uniform in 1 to 2**31 - 1, and room is left for those that follow.
    this.#rseq = rng.integer(0, 2 ** 31 - 1000)
  }

  /** Whether a PRACK is awaited: a 2xx must wait when that response has an offer or answer (RFC 3262 3). */
  get pending(): boolean {
    return this.#wire !== undefined
  }

  /** RSeq of the last response that was sent. */
  get rseq(): number {
    return this.#rseq
  }

  /** `render` writes the response with `Require: 100rel` and `RSeq`; it is called when its turn comes. */
  submit(status: number, render: (rseq: number) => Wire): void {
    this.#waiting.push({ status, render })
    if (!this.pending) this.#sendNext()
  }

  /** Whether a PRACK acknowledges what is pending: then it is answered 200 and repeating stops; otherwise 481. */
  acknowledge(prack: SipMessage, inviteCseq: number): boolean {
    const rack = parseRack(prack.get('RAck') ?? '')
    if (!this.pending || rack?.rseq !== this.#rseq || rack.cseq !== inviteCseq || rack.method !== 'INVITE') return false
    this.#settle()
    this.#sendNext()
    return true
  }

  /** A final response was sent, or the call is over (RFC 3262 3: no longer repeated; a late PRACK is still right). */
  stop(): void {
    this.#waiting.length = 0
    this.#clock.disarm(this.#repeatTimer)
    this.#clock.disarm(this.#limitTimer)
  }

  onTimer(timer: Timer): void {
    if (timer === this.#limitTimer) {
      this.#waiting.length = 0
      this.#settle()
      this.#user.onUnacknowledged()
      return
    }
    if (this.#wire === undefined) return
    this.#intervalMs *= 2
    this.#clock.arm(this.#repeatTimer, this.#intervalMs)
    this.#user.sendProvisional(this.#status, this.#wire)
  }

  #sendNext(): void {
    const next = this.#waiting.shift()
    if (next === undefined) return
    this.#rseq++
    this.#status = next.status
    this.#wire = next.render(this.#rseq)
    this.#user.sendProvisional(next.status, this.#wire)
    this.#intervalMs = this.#timers.t1Ms
    this.#clock.arm(this.#repeatTimer, this.#intervalMs)
    this.#clock.arm(this.#limitTimer, this.#timers.giveUpMs)
  }

  #settle(): void {
    this.#wire = undefined
    this.#clock.disarm(this.#repeatTimer)
    this.#clock.disarm(this.#limitTimer)
  }
}

/** What a caller does with a provisional response: send PRACK, take it as it is, or drop it. */
export type Provisional = 'acknowledge' | 'unreliable' | 'repeated' | 'out-of-order'

/** RFC 3262 4, the caller: the order of reliable provisional responses within one (early) dialog. */
export class ReliableReceiver {
  #lastRseq = 0

  /** For each 101 to 199. Only `acknowledge` gets a PRACK; `repeated` and `out-of-order` are not processed at all. */
  receive(response: SipMessage): Provisional {
    const rseq = Number(response.get('RSeq') ?? 0)
    const isReliable = response.list('Require').some((tag) => tag.toLowerCase() === reliableTag)
    if (!isReliable || !Number.isInteger(rseq) || rseq < 1 || response.status < 101) return 'unreliable'
    if (this.#lastRseq !== 0 && rseq <= this.#lastRseq) return 'repeated'
    if (this.#lastRseq !== 0 && rseq !== this.#lastRseq + 1) return 'out-of-order'
    this.#lastRseq = rseq
    return 'acknowledge'
  }
}

/** Value of RAck for the response (RFC 3262 7.2). */
export const rackFor = (response: SipMessage): string =>
  `${response.get('RSeq') ?? ''} ${response.cseq} ${response.cseqMethod}`

function parseRack(value: string): { rseq: number; cseq: number; method: string } | undefined {
  const match = /^(\d{1,10})\s+(\d{1,10})\s+(\S+)$/.exec(value)
  return match ? { rseq: Number(match[1]), cseq: Number(match[2]), method: match[3] ?? '' } : undefined
}
