import { type Clock, Timer, type TimerOwner } from '../../../base/clock.js'
import type { Rng } from '../../../base/rng.js'
import type { Address } from '../../../model/address.js'
import type { IceCandidate, IceDescription } from '../../../model/webrtc.js'
import { attributeTypes, readErrorCode } from '../../../stun/stun-attribute.js'
import { hasIntegrity, type StunMessage, stunMethods } from '../../../stun/stun-message.js'
import type { CandidatePair, IceBase } from './candidate-pair.js'
import { CheckList } from './check-list.js'
import { CheckWriter, writeCheckAnswer, writeCheckRefusal } from './check-message.js'
import { Consent } from './consent.js'
import { type IceCredentials, newTransactionId } from './ice-credentials.js'
import { IceRole } from './ice-role.js'
import type { IceAgentOptions, IceUser } from './ice-user.js'
import { Nomination } from './nomination.js'
import { type Check, OpenChecks } from './open-checks.js'
import { OwnCredentials } from './own-credentials.js'

/** RFC 8445 14.2: Ta, the pace of checks. */
const paceMs = 50

interface EarlyRequest {
  readonly base: IceBase
  readonly from: Address
  readonly request: StunMessage
}

/**
 * A full ICE agent (RFC 8445) for one component of one stream, with regular nomination and consent freshness
 * (RFC 7675). Pure: packets come in by `receive` and leave through the bases; time is the clock's.
 */
export class IceAgent implements TimerOwner {
  readonly #clock: Clock
  readonly #rng: Rng
  readonly #user: IceUser
  readonly #options: IceAgentOptions
  readonly #timer: Timer = new Timer(this, 'ice')
  readonly #role: IceRole
  readonly #local: OwnCredentials
  #remote: IceDescription | undefined
  #writer: CheckWriter | undefined
  #list = new CheckList()
  readonly #checks = new OpenChecks()
  /** Requests that came before the far side's description (RFC 8445 7.3: answered at once, paired later). */
  #early: EarlyRequest[] = []
  #paceDueMs = 0
  /** What the timer was armed for last. */
  #dueMs = Number.POSITIVE_INFINITY
  #giveUpMs = Number.POSITIVE_INFINITY
  #nomination = new Nomination()
  #selected: CandidatePair | undefined
  #consent: Consent | undefined
  #closed = false

  constructor(options: IceAgentOptions) {
    this.#clock = options.clock
    this.#rng = options.rng
    this.#user = options.user
    this.#local = new OwnCredentials(options.credentials)
    this.#options = options
    this.#role = new IceRole(options.rng)
  }

  get credentials(): IceCredentials {
    const { ufrag, password } = this.#local.current
    return { ufrag, password }
  }

  get remote(): IceDescription | undefined {
    return this.#remote
  }

  get controlling(): boolean {
    return this.#role.controlling
  }

  get selected(): CandidatePair | undefined {
    return this.#selected
  }

  /** Begins checks towards the far side; against a lite one this side controls (RFC 8445 6.1.1). */
  start(remote: IceDescription, controlling: boolean): void {
    this.#remote = remote
    const username = `${remote.ufrag}:${this.#local.current.ufrag}`
    const { tieBreaker } = this.#role
    this.#writer = new CheckWriter({ username, remotePassword: remote.password, tieBreaker })
    this.#role.controlling = controlling || remote.lite
    this.#list = CheckList.between(this.#options.bases, remote.candidates, this.#role.controlling)
    this.#giveUpMs = this.#clock.nowMs() + this.#options.timeoutMs
    this.#paceDueMs = this.#clock.nowMs()
    const early = this.#early
    this.#early = []
    for (const { base, from, request } of early) this.#onRequestOf(base, from, request)
    this.#run()
  }

  /** RFC 8445 9: new credentials; media stays where it is until `start` has found a pair anew. */
  restart(credentials: IceCredentials): void {
    this.#local.replace(credentials)
    this.#remote = undefined
    this.#writer = undefined
    this.#list = new CheckList()
    this.#checks.clear()
    this.#nomination = new Nomination()
    this.#giveUpMs = Number.POSITIVE_INFINITY
    this.#consent = undefined
  }

  /** A pair was nominated since the start or the last restart. */
  get #settled(): boolean {
    return this.#consent !== undefined
  }

  /** Whether an address is one of the far side: of its description, or proven by a check. */
  isKnown({ host, port }: Address): boolean {
    const isHere = (candidate: IceCandidate): boolean => candidate.port === port && candidate.address === host
    return this.#list.hasRemote({ host, port }) || (this.#remote?.candidates.some(isHere) ?? false)
  }

  /** A STUN message from the network. */
  receive(message: StunMessage, from: Address, base: IceBase): void {
    if (this.#closed || message.method !== stunMethods.binding) return
    if (message.messageClass === 'request') this.#onRequest(message, from, base)
    else if (message.messageClass !== 'indication') this.#onResponse(message, from)
    this.#schedule()
  }

  close(): void {
    this.#closed = true
    this.#clock.disarm(this.#timer)
    this.#checks.clear()
  }

  onTimer(): void {
    this.#run()
  }

  #onRequest(request: StunMessage, from: Address, base: IceBase): void {
    const local = this.#local.vouchFor(request)
    if (local === 400 || local === 401) {
      base.send(writeCheckRefusal(request, local), from)
      return
    }
    const conflict = this.#remote ? this.#role.conflictWith(request) : 'none'
    if (conflict === 'refuse') {
      base.send(writeCheckRefusal(request, 487, local.key), from)
      return
    }
    if (conflict === 'switch') this.#switchRole()
    base.send(writeCheckAnswer(request, from, local.key), from)
    if (local !== this.#local.current) return
    if (this.#remote) this.#onRequestOf(base, from, request)
    else if (this.#early.length < this.#list.limit) this.#early.push({ base, from, request })
  }

  /** RFC 8445 7.3.1.3 to 7.3.1.5. */
  #onRequestOf(base: IceBase, from: Address, request: StunMessage): void {
    const priority = request.attributes.get(attributeTypes.priority)
    const pair = this.#list.pairFor(base, from, priority?.length === 4 ? priority.readUInt32BE(0) : 0)
    if (!pair) return
    const nominates = !this.#role.controlling && request.attributes.has(attributeTypes.useCandidate)
    if (nominates) pair.nominatedByPeer = true
    if (pair.state === 'succeeded') {
      if (nominates) this.#select(pair)
      return
    }
    if (pair.state === 'in-progress') {
      // 7.3.1.4 wants a check anew: the far side is there now. The one under way is repeated soon, which does the same.
      this.#checks.hasten(pair, this.#clock.nowMs() + paceMs)
      return
    }
    pair.on('triggered')
    this.#check(pair, false)
  }

  #onResponse(response: StunMessage, from: Address): void {
    if (!this.#writer || !hasIntegrity(response, this.#writer.remoteKey)) return
    const nowMs = this.#clock.nowMs()
    if (response.messageClass === 'success' && this.#consent?.answered(response.transactionId, nowMs)) return
    const check = this.#checks.take(response.transactionId)
    if (!check) return
    const { pair } = check
    if (response.messageClass === 'error') this.#onErrorResponse(check, response)
    // RFC 8445 7.2.5.2.1: an answer from elsewhere than the request went to proves nothing.
    else if (!pair.leadsTo(pair.base, from)) this.#failed(check)
    else this.#succeeded(check)
  }

  #onErrorResponse(check: Check, response: StunMessage): void {
    if (readErrorCode(response.attributes.get(attributeTypes.errorCode)) !== 487) {
      this.#failed(check)
      return
    }
    // RFC 8445 7.2.5.1: the far side keeps the role that we claimed.
    this.#switchRole()
    if (check.nominating) this.#nomination.checked()
    check.pair.on('triggered')
    this.#check(check.pair, false)
  }

  #succeeded({ pair, nominating }: Check): void {
    pair.on('response')
    if (nominating) this.#nomination.checked()
    if (nominating || pair.nominatedByPeer) {
      this.#select(pair)
      return
    }
    if (this.#settled) return
    // RFC 8445 12.1: what is valid may be used until there is a nominated one.
    if (this.#nomination.found(this.#clock.nowMs()) && !this.#selected) this.#user.onRoute(pair, false)
    this.#considerNomination()
  }

  #failed({ pair, nominating }: Check): void {
    pair.on('error')
    if (nominating) this.#nomination.checked()
    this.#considerNomination()
  }

  #considerNomination(): void {
    if (!this.#role.controlling || this.#settled) return
    const best = this.#nomination.next(this.#list, this.#clock.nowMs())
    if (best) this.#check(best, true)
  }

  #select(pair: CandidatePair): void {
    const isNew = this.#selected !== pair
    this.#selected = pair
    this.#giveUpMs = Number.POSITIVE_INFINITY
    this.#local.forgetFormer()
    // RFC 8445 8.1.2: what was still to be checked is left alone.
    this.#list.settle()
    this.#checks.clear()
    if (isNew || !this.#settled)
      this.#consent = new Consent(this.#clock.nowMs(), this.#rng.next(), this.#options.consentMs)
    if (isNew) this.#user.onRoute(pair, true)
  }

  #switchRole(): void {
    this.#role.controlling = !this.#role.controlling
    this.#list.sort(this.#role.controlling)
  }

  #run(): void {
    const nowMs = this.#clock.nowMs()
    if (this.#closed) return
    if (nowMs >= this.#giveUpMs) {
      this.#fail('ice-timeout')
      return
    }
    if (this.#consent?.expired(nowMs)) {
      this.#fail('consent-lost')
      return
    }
    if (this.#consent?.checkDue(nowMs)) this.#sendConsentCheck(nowMs)
    for (const check of this.#checks.resend(nowMs)) this.#failed(check)
    if (nowMs >= this.#paceDueMs) {
      const next = this.#list.nextWaiting
      if (next) this.#check(next, false)
    }
    if (nowMs >= this.#nomination.dueMs) this.#considerNomination()
    this.#schedule()
  }

  #check(pair: CandidatePair, nominating: boolean): void {
    if (!this.#writer) return
    const nowMs = this.#clock.nowMs()
    const id = newTransactionId(this.#rng)
    const bytes = this.#writer.write(id, this.#role.controlling, nominating)
    pair.on('check-sent')
    this.#paceDueMs = nowMs + paceMs
    this.#checks.open(id, bytes, { pair, nominating }, nowMs)
  }

  #sendConsentCheck(nowMs: number): void {
    const pair = this.#selected
    if (!pair || !this.#writer) return
    const id = newTransactionId(this.#rng)
    this.#consent?.sent(id, nowMs, this.#rng.next())
    pair.base.send(this.#writer.write(id, this.#role.controlling, false), pair.to)
  }

  #fail(failure: 'ice-timeout' | 'consent-lost'): void {
    this.close()
    this.#user.onFailed(failure)
  }

  /** One timer for all that is to come. */
  #schedule(): void {
    if (this.#closed || !this.#remote) return
    let dueMs = Math.min(this.#giveUpMs, this.#checks.dueMs, this.#consent?.dueMs ?? Number.POSITIVE_INFINITY)
    if (this.#list.nextWaiting) dueMs = Math.min(dueMs, this.#paceDueMs)
    if (this.#role.controlling && !this.#settled) dueMs = Math.min(dueMs, this.#nomination.dueMs)
    if (dueMs === this.#dueMs && this.#timer.armed) return
    this.#dueMs = dueMs
    if (dueMs === Number.POSITIVE_INFINITY) this.#clock.disarm(this.#timer)
    else this.#clock.arm(this.#timer, Math.max(0, dueMs - this.#clock.nowMs()))
  }
}
