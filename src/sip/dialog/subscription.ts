import { type Clock, Timer, type TimerOwner } from '../../base/clock.js'
import type { SipMessage } from '../message/sip-message.js'

/** Header lines and body of one NOTIFY about a REFER (RFC 3515 2.4.4). */
export interface ReferNotice {
  /** Event and Subscription-State, whole lines. */
  readonly lines: string
  readonly contentType: string
  readonly body: string
}

export const sipfragType = 'message/sipfrag;version=2.0'

/** RFC 4488 4: the referrer wants no subscription. */
export const refusesSubscription = (message: SipMessage): boolean => /^false\b/i.test(message.get('Refer-Sub') ?? '')

/**
 * The side that accepted a REFER: the implicit subscription that it has to notify (RFC 3515 2.4.4). The first NOTIFY
 * is sent at once; a final status ends the subscription.
 */
export class ReferNotifier {
  readonly #clock: Clock
  readonly #event: string
  readonly #endsMs: number
  #active = true

  /** `isFirst`: an `id` may be left out of Event for the first REFER of a dialog only (2.4.6). */
  constructor(clock: Clock, refer: SipMessage, isFirst: boolean, expiresSeconds = 180) {
    this.#clock = clock
    this.#event = isFirst ? 'refer' : `refer;id=${refer.cseq}`
    this.#endsMs = clock.nowMs() + expiresSeconds * 1000
  }

  get active(): boolean {
    return this.#active
  }

  /** The next NOTIFY: progress of the referred request as a status line. Undefined once the subscription is over. */
  notice(status: number, reason: string): ReferNotice | undefined {
    if (!this.#active) return undefined
    if (status >= 200) this.#active = false
    const leftSeconds = Math.max(0, Math.round((this.#endsMs - this.#clock.nowMs()) / 1000))
    const state = this.#active ? `active;expires=${leftSeconds}` : 'terminated;reason=noresource'
    return {
      lines: `Event: ${this.#event}\r\nSubscription-State: ${state}\r\n`,
      contentType: sipfragType,
      body: `SIP/2.0 ${status} ${reason}\r\n`,
    }
  }
}

export type ReferState = 'pending' | 'active' | 'terminated'

export interface ReferSubscriptionUser {
  /** Progress of the referred request; a status of 200 and above is its end. */
  onReferProgress(status: number): void
  /** No NOTIFY within the time that one may take, or the subscription ended without a final status. */
  onReferLost(reason: string): void
}

/** The side that sent a REFER: what its 2xx and the NOTIFYs say (RFC 3515 2.4, RFC 4488, RFC 6665 4.1.2). */
export class ReferSubscription implements TimerOwner {
  readonly #clock: Clock
  readonly #waitMs: number
  readonly #cseq: number
  readonly #isFirst: boolean
  readonly #user: ReferSubscriptionUser
  readonly #timer: Timer = new Timer(this, 'N')
  #state: ReferState = 'pending'
  #status = 0

  /** `cseq` is the REFER's; `waitMs` is 64*T1 (RFC 6665 Timer N). */
  constructor(
    clock: Clock,
    refer: { readonly cseq: number; readonly isFirst: boolean; readonly waitMs: number },
    user: ReferSubscriptionUser,
  ) {
    this.#clock = clock
    this.#cseq = refer.cseq
    this.#isFirst = refer.isFirst
    this.#waitMs = refer.waitMs
    this.#user = user
  }

  get state(): ReferState {
    return this.#state
  }

  /** The last status that was notified, 0 before one. */
  get status(): number {
    return this.#status
  }

  /** The 2xx of the REFER: waits for the first NOTIFY, unless the far side made no subscription (RFC 4488 4). */
  onAccepted(response: SipMessage): void {
    if (refusesSubscription(response)) this.#state = 'terminated'
    else if (this.#state === 'pending') this.#clock.arm(this.#timer, this.#waitMs)
  }

  /** Whether a NOTIFY is about this REFER: it may come before the 2xx (RFC 3515 2.4.4). */
  matches(notify: SipMessage): boolean {
    const event = notify.get('Event') ?? ''
    if (!/^refer\s*(;|$)/i.test(event)) return false
    const id = /;\s*id\s*=\s*(\d+)/i.exec(event)?.[1]
    return id === undefined ? this.#isFirst : Number(id) === this.#cseq
  }

  /** Takes a NOTIFY; the status to answer it with: 481 when the subscription is over. */
  receive(notify: SipMessage): 200 | 400 | 481 {
    if (this.#state === 'terminated') return 481
    this.#clock.disarm(this.#timer)
    const status = Number(/^SIP\/2\.0 (\d{3})/i.exec(notify.bodyText)?.[1] ?? 0)
    const ended = /^terminated\b/i.test(notify.get('Subscription-State') ?? '')
    if (status === 0 && !ended) return 400
    this.#state = ended ? 'terminated' : 'active'
    if (status !== 0) {
      this.#status = status
      this.#user.onReferProgress(status)
    }
    if (ended && this.#status < 200) this.#user.onReferLost('the subscription ended without a final status')
    return 200
  }

  stop(): void {
    this.#state = 'terminated'
    this.#clock.disarm(this.#timer)
  }

  onTimer(): void {
    this.#state = 'terminated'
    this.#user.onReferLost('no NOTIFY for the REFER')
  }
}
