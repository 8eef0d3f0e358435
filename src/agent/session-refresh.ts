import { supportsTimer } from '../sip/dialog/session-interval.js'
import { SessionTimer, type SessionTimerAnswer, type SessionTimerUser } from '../sip/dialog/session-timer.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import type { Session } from './session.js'

/** What a phone without wishes of its own accepts when the far side wants a session timer. */
const tolerated = { expiresSeconds: 1800, refresher: 'uac' } as const

const nothing: SessionTimerAnswer = { kind: 'accept', lines: '' }

/** The session timer of a call (RFC 4028): asked for by the group's settings, or granted to a far side that asks. */
export class SessionRefresh implements SessionTimerUser {
  readonly #session: Session
  #timer: SessionTimer | undefined

  constructor(session: Session) {
    this.#session = session
  }

  /** Header lines of our INVITE, re-INVITE and UPDATE. */
  requestLines(): string {
    if (this.#session.phone.profile.sessionTimer) this.#timer ??= this.#newTimer()
    return this.#timer?.requestLines() ?? ''
  }

  /** A 422: true when the request should be sent again. */
  onTooSmall(response: SipMessage): boolean {
    return this.#timer?.onTooSmall(response) ?? false
  }

  /** A 2xx to our INVITE, re-INVITE or UPDATE. */
  onAnswer(response: SipMessage): void {
    if (!this.#timer && response.get('Session-Expires') !== undefined) this.#timer = this.#newTimer()
    this.#timer?.onAnswer(response)
  }

  /** What our answer to their request carries. */
  answer(request: SipMessage): SessionTimerAnswer {
    const asked = request.get('Session-Expires') !== undefined
    const wanted = this.#session.phone.profile.sessionTimer !== undefined && supportsTimer(request)
    if (!asked && !wanted && !this.#timer) return nothing
    this.#timer ??= this.#newTimer()
    return this.#timer.answer(request)
  }

  onAnswered(): void {
    this.#timer?.onAnswered()
  }

  refreshSession(): void {
    this.#session.modification.refresh()
  }

  sessionExpired(): void {
    this.#session.giveUp('the session timer ran out without a refresh (RFC 4028 10)')
  }

  stop(): void {
    this.#timer?.stop()
  }

  #newTimer(): SessionTimer {
    const { stack, profile } = this.#session.phone
    return new SessionTimer(stack.clock, profile.sessionTimer ?? tolerated, this)
  }
}
