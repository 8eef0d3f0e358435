import { type Clock, Timer, type TimerOwner } from '../../base/clock.js'
import type { SipMessage } from '../message/sip-message.js'
import {
  answerInterval,
  DEFAULT_MIN_SE_SECONDS,
  minSeOf,
  type Refresher,
  sessionExpiresOf,
  timerTag,
} from './session-interval.js'

export interface SessionTimerSettings {
  /** The interval that we ask for, and the longest that we accept. */
  readonly expiresSeconds: number
  /** The shortest that we accept, by default 90 s. */
  readonly minSeconds?: number | undefined
  /** Who shall refresh, in the roles of the request at hand, when we may choose. */
  readonly refresher: Refresher
}

export interface SessionTimerUser {
  /** Half of the interval is over: send a re-INVITE or UPDATE with `requestLines()`. */
  refreshSession(): void
  /** The interval is about to end without a refresh: send BYE (RFC 4028 10). */
  sessionExpired(): void
}

/** What to put into the answer to a refresh request; for `too-small` the answer is 422. */
export type SessionTimerAnswer =
  | { readonly kind: 'accept'; readonly lines: string }
  | { readonly kind: 'too-small'; readonly lines: string }

/**
 * RFC 4028 for one dialog, as caller and callee of each refresh request in turn. Header lines come whole, with CRLF.
 * `Supported: timer` belongs into every request and is not written here.
 */
export class SessionTimer implements TimerOwner {
  readonly #clock: Clock
  readonly #settings: SessionTimerSettings
  readonly #user: SessionTimerUser
  readonly #refreshTimer: Timer = new Timer(this, 'refresh')
  readonly #expiryTimer: Timer = new Timer(this, 'expiry')
  /** The interval in force, 0 without one. */
  #intervalSeconds = 0
  #weRefresh = false
  /** Largest Min-SE of any 422 or refresh request (7.4). */
  #minSeSeconds = 0
  /** What our last request asked for. */
  #askedSeconds = 0
  #dialogEstablished = false
  /** Agreed while answering a request, in force with its 2xx. */
  #offered: { readonly seconds: number; readonly weRefresh: boolean } | undefined = undefined

  constructor(clock: Clock, settings: SessionTimerSettings, user: SessionTimerUser) {
    this.#clock = clock
    this.#settings = settings
    this.#user = user
  }

  get intervalSeconds(): number {
    return this.#intervalSeconds
  }

  get weRefresh(): boolean {
    return this.#weRefresh
  }

  /** Session-Expires and Min-SE for an INVITE, re-INVITE or UPDATE of ours (7.1, 7.4). */
  requestLines(): string {
    const current = this.#intervalSeconds || this.#settings.expiresSeconds
    const floor = Math.max(this.#minSeSeconds, DEFAULT_MIN_SE_SECONDS)
    this.#askedSeconds = Math.max(current, floor)
    const minSe = this.#minSeSeconds > 0 ? `Min-SE: ${this.#minSeSeconds}\r\n` : ''
    return `Session-Expires: ${this.#askedSeconds};refresher=${this.#refresherInRequest()}\r\n${minSe}`
  }

  /** A 2xx to a refresh request of ours: starts, restarts or ends the timer (7.2). */
  onAnswer(response: SipMessage): void {
    // 7.4: what 422s said before there was a dialog does not bind the requests within it.
    if (!this.#dialogEstablished) this.#minSeSeconds = 0
    this.#dialogEstablished = true
    const agreed = sessionExpiresOf(response)
    if (agreed && agreed.seconds > 0) this.#run(agreed.seconds, agreed.refresher !== 'uas')
    // The far side does not know the extension: it is for our benefit alone, and ours to keep up.
    else if (this.#askedSeconds > 0) this.#run(this.#askedSeconds, true)
    else this.stop()
  }

  /** A 422: true when the request should be sent again with new `requestLines()`, once for each larger Min-SE. */
  onTooSmall(response: SipMessage): boolean {
    const minSe = minSeOf(response)
    if (minSe <= this.#minSeSeconds || minSe <= this.#askedSeconds) return false
    this.#minSeSeconds = minSe
    return true
  }

  /** A refresh request of the far side: what its 2xx, or the 422, has to carry (9). */
  answer(request: SipMessage): SessionTimerAnswer {
    const minSeconds = Math.max(this.#settings.minSeconds ?? 0, DEFAULT_MIN_SE_SECONDS)
    const { expiresSeconds: seconds, refresher } = this.#settings
    const preferred = this.#intervalSeconds === 0 ? refresher : this.#weRefresh ? 'uas' : 'uac'
    const answer = answerInterval(request, { seconds, minSeconds, preferred })
    this.#minSeSeconds = Math.max(this.#minSeSeconds, minSeOf(request))
    this.#offered = undefined
    if (answer.kind === 'none') return { kind: 'accept', lines: '' }
    if (answer.kind === 'too-small') return { kind: 'too-small', lines: `Min-SE: ${minSeconds}\r\n` }
    this.#offered = { seconds: answer.seconds, weRefresh: answer.refresher === 'uas' }
    const require = answer.required ? `Require: ${timerTag}\r\n` : ''
    return { kind: 'accept', lines: `Session-Expires: ${answer.seconds};refresher=${answer.refresher}\r\n${require}` }
  }

  /** The 2xx with the lines of `answer` has been sent. */
  onAnswered(): void {
    this.#dialogEstablished = true
    if (this.#offered) this.#run(this.#offered.seconds, this.#offered.weRefresh)
    else this.stop()
  }

  stop(): void {
    this.#intervalSeconds = 0
    this.#clock.disarm(this.#refreshTimer)
    this.#clock.disarm(this.#expiryTimer)
  }

  onTimer(timer: Timer): void {
    if (timer === this.#refreshTimer) this.#user.refreshSession()
    else {
      this.stop()
      this.#user.sessionExpired()
    }
  }

  /** The role does not change with who sends the next request (7.4). */
  #refresherInRequest(): Refresher {
    if (this.#intervalSeconds === 0) return this.#settings.refresher
    return this.#weRefresh ? 'uac' : 'uas'
  }

  #run(seconds: number, weRefresh: boolean): void {
    this.stop()
    this.#intervalSeconds = seconds
    this.#weRefresh = weRefresh
    // 7.2: half of the interval. 10: BYE before the end, by 32 s or a third of it, also when our refresh met nobody.
    if (weRefresh) this.#clock.arm(this.#refreshTimer, seconds * 500)
    this.#clock.arm(this.#expiryTimer, (seconds - Math.min(32, seconds / 3)) * 1000)
  }
}
