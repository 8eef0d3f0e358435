import { type Clock, Timer, type TimerOwner } from '../base/clock.js'
import type { DigestClient } from '../sip/auth/digest-client.js'
import { parseRetryAfter } from '../sip/locate/target-avoidance.js'
import { parseNameAddr } from '../sip/message/name-addr.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import { ownCopy } from '../sip/message/wire.js'
import { ClientRequest, type FailedHop, type Hop, type RequestOwner, type RequestText } from './client-request.js'
import type { Flow } from './flow.js'
import type { Identity } from './profile.js'
import { arrivalOf } from './session-times.js'
import type { Stack } from './stack.js'

export interface RegistrationOutcome {
  readonly ok: boolean
  readonly status: number
  readonly reason: string
  readonly startedMs: number
  readonly endedMs: number
  /** Name of the target that answered, or was tried last. */
  readonly target?: string
  /** Of a 503. */
  readonly retryAfterSeconds?: number | undefined
}

/** Of registrations over several flows: the first that failed, else the first. */
export function worst(outcomes: readonly RegistrationOutcome[]): RegistrationOutcome {
  const failed = outcomes.find((outcome) => !outcome.ok)
  return failed ?? outcomes[0] ?? { ok: true, status: 200, reason: '', startedMs: 0, endedMs: 0 }
}

export interface RegistrationOwner {
  /** Every REGISTER's end; `refresh` tells the first of a binding from those that keep it. */
  onRegistered(registration: Registration, outcome: RegistrationOutcome, refresh: boolean): void
}

interface Pending {
  readonly startedMs: number
  readonly refresh: boolean
  readonly expiresSeconds: number
  readonly resolve: (outcome: RegistrationOutcome) => void
}

const idle = (): void => {}

/** Retry of a failed refresh: soon enough to matter in a drill, late enough not to be a storm. */
const RETRY_LOW_MS = 2_000
const RETRY_HIGH_MS = 8_000

/**
 * One binding of one identity over one flow (RFC 3261 10.2, RFC 5626): Call-ID stays, CSeq grows, the binding is
 * refreshed before it expires, 423 is met with a longer lifetime.
 */
export class Registration implements RequestOwner, RequestText, TimerOwner {
  readonly method = 'REGISTER'
  readonly body = ''
  readonly uri: string
  /** Service-Route of the last 200 (RFC 3608): Route of initial requests. */
  serviceRoute: readonly string[] = []
  /** RFC 5626: the registrar's Flow-Timer, seconds. */
  flowTimerSeconds: number | undefined
  bound = false
  /** The binding is wanted until it is removed: a REGISTER that fails is tried again. */
  #wanted = false
  readonly #stack: Stack
  readonly #flow: Flow
  readonly #identity: Identity
  readonly #digest: DigestClient | undefined
  readonly #owner: RegistrationOwner
  readonly #contact: () => string
  readonly #supported: string
  readonly #callId: string
  readonly #tag: string
  readonly #refresh: Timer
  #expiresSeconds: number
  #cseq = 0
  #pending: Pending | undefined
  /** Of the last REGISTER's 503. */
  #retryAfterSeconds: number | undefined

  constructor(
    stack: Stack,
    flow: Flow,
    identity: Identity,
    digest: DigestClient | undefined,
    owner: RegistrationOwner,
    options: { expiresSeconds: number; contact: () => string; supported: string },
  ) {
    this.#stack = stack
    this.#flow = flow
    this.#identity = identity
    this.#digest = digest
    this.#owner = owner
    this.#contact = options.contact
    this.#expiresSeconds = options.expiresSeconds
    this.uri = `sip:${identity.domain}`
    this.#callId = ownCopy(`${stack.rng.token()}${stack.rng.token()}`)
    this.#tag = stack.rng.token()
    this.#supported = options.supported
    this.#refresh = new Timer(this, 'refresh')
  }

  get clock(): Clock {
    return this.#stack.clock
  }

  register(): Promise<RegistrationOutcome> {
    return this.bindFor(this.#expiresSeconds)
  }

  /** Removes the binding (10.2.2). */
  unregister(): Promise<RegistrationOutcome> {
    return this.bindFor(0)
  }

  bindFor(expiresSeconds: number): Promise<RegistrationOutcome> {
    return new Promise((resolve) => this.#start(expiresSeconds, this.bound, resolve))
  }

  /** Stops refreshing; the binding itself is left alone. */
  stop(): void {
    this.#wanted = false
    this.clock.disarm(this.#refresh)
  }

  onTimer(): void {
    this.#start(this.#expiresSeconds, true, idle)
  }

  nextCseq(): number {
    return ++this.#cseq
  }

  render(cseq: number, branch: string, credentials: string): string {
    const { aor } = this.#identity
    const via = this.#flow.channel?.transport.toUpperCase() ?? 'UDP'
    const expires = this.#pending?.expiresSeconds ?? this.#expiresSeconds
    return (
      `REGISTER ${this.uri} SIP/2.0\r\nVia: SIP/2.0/${via} ${this.#flow.sentBy};branch=${branch};rport\r\n` +
      `Max-Forwards: 70\r\nFrom: <${aor}>;tag=${this.#tag}\r\nTo: <${aor}>\r\nCall-ID: ${this.#callId}\r\n` +
      `CSeq: ${cseq} REGISTER\r\nContact: ${this.#contact()};expires=${expires}\r\nExpires: ${expires}\r\n` +
      `Supported: ${this.#supported}\r\nUser-Agent: ${this.#stack.userAgent}\r\n${credentials}Content-Length: 0\r\n\r\n`
    )
  }

  #start(expiresSeconds: number, refresh: boolean, resolve: (outcome: RegistrationOutcome) => void): void {
    if (!this.#pending) this.#flow.prefer()
    const { hop } = this.#flow
    const startedMs = this.clock.nowMs()
    if (!hop || this.#pending) {
      const reason = hop ? 'a REGISTER is under way' : 'there is no connection'
      resolve({ ok: false, status: 0, reason, startedMs, endedMs: startedMs })
      return
    }
    this.clock.disarm(this.#refresh)
    this.#pending = { startedMs, refresh, expiresSeconds, resolve }
    const { layer, rng } = this.#stack
    new ClientRequest(layer, this, this, hop, this.#digest, () => `z9hG4bK${rng.token()}`).send(true)
  }

  onProvisional(): void {}

  onFinal(request: ClientRequest, response: SipMessage, refusal: string): void {
    const pending = this.#pending
    if (!pending) return
    if (response.status === 423) {
      const minimum = Number(response.get('Min-Expires'))
      if (minimum > pending.expiresSeconds && request.tries < 6) {
        this.#pending = { ...pending, expiresSeconds: minimum }
        request.again()
        return
      }
    }
    const ok = response.status >= 200 && response.status < 300
    if (ok) this.#accepted(response, pending)
    this.#retryAfterSeconds = response.status === 503 ? parseRetryAfter(response.get('Retry-After')) : undefined
    this.#finish(ok, response.status, ok ? '' : refusal || `${response.status} ${response.reason}`, response)
    if (response.status === 503) this.#flow.leave(this.#retryAfterSeconds, true)
  }

  nextHop(request: ClientRequest, { retryAfterSeconds }: FailedHop): Hop | undefined {
    return this.#flow.failOver(request.hop, request.hops, retryAfterSeconds) ? this.#flow.hop : undefined
  }

  onFailed(_request: ClientRequest, kind: 'timeout' | 'transport', text: string): void {
    this.#retryAfterSeconds = undefined
    this.#finish(false, 0, text)
    if (kind === 'timeout') this.#flow.leave(undefined, false)
  }

  /** The connection is gone: the binding cannot be reached over it any more. */
  lost(): void {
    this.bound = false
    this.clock.disarm(this.#refresh)
    this.#digest?.forget()
    if (this.#pending) this.#finish(false, 0, 'the connection was lost')
  }

  #accepted(response: SipMessage, pending: Pending): void {
    this.#flow.answered()
    this.serviceRoute = response.list('Service-Route')
    const flowTimer = Number(response.get('Flow-Timer'))
    this.flowTimerSeconds = Number.isInteger(flowTimer) && flowTimer > 0 ? flowTimer : undefined
    this.bound = pending.expiresSeconds > 0
    this.#wanted = this.bound
    if (!this.bound) return
    const granted = this.#granted(response) ?? pending.expiresSeconds
    this.#expiresSeconds = pending.expiresSeconds
    const earlier = Math.min(30, granted / 10)
    this.clock.arm(this.#refresh, Math.max(500, (granted - earlier) * 1000))
  }

  /** The lifetime that the registrar gave our contact (10.2.4): its expires parameter, or the Expires header. */
  #granted(response: SipMessage): number | undefined {
    const ours = parseNameAddr(this.#contact()).uri
    for (const value of response.list('Contact')) {
      const contact = parseNameAddr(value)
      const expires = Number(contact.params.get('expires') ?? Number.NaN)
      if (contact.uri === ours && Number.isInteger(expires)) return expires
    }
    const expires = Number(response.get('Expires') ?? Number.NaN)
    return Number.isInteger(expires) && expires > 0 ? expires : undefined
  }

  /** RFC 3261 20.33: not before Retry-After is over, and then not all phones at once. */
  #retryMs(): number {
    const { rng } = this.#stack
    if (this.#retryAfterSeconds === undefined) return rng.integer(RETRY_LOW_MS, RETRY_HIGH_MS)
    return this.#retryAfterSeconds * 1000 + rng.integer(0, RETRY_LOW_MS)
  }

  #finish(ok: boolean, status: number, reason: string, response?: SipMessage): void {
    const pending = this.#pending
    if (!pending) return
    this.#pending = undefined
    if (!ok && this.#wanted && pending.expiresSeconds > 0) {
      this.clock.arm(this.#refresh, this.#retryMs())
    }
    const { startedMs } = pending
    const nowMs = this.clock.nowMs()
    const endedMs = response ? arrivalOf(response, nowMs, startedMs) : nowMs
    const target = this.#flow.target.name
    const retryAfterSeconds = ok ? undefined : this.#retryAfterSeconds
    const outcome = { ok, status, reason, startedMs, endedMs, target, retryAfterSeconds }
    pending.resolve(outcome)
    if (pending.expiresSeconds > 0) this.#owner.onRegistered(this, outcome, pending.refresh)
  }
}
