import { Timer, type TimerOwner } from '../base/clock.js'
import { writeResponse } from '../sip/message/response.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import type {
  ClientTransaction,
  ClientUser,
  ServerTransaction,
  ServerUser,
} from '../sip/transaction/transaction-layer.js'
import { bestOf } from './best-branch.js'
import { type Flow, isPromise, type Place } from './flow-table.js'
import { withChallenges, writeForwardedRequest, writeForwardedResponse } from './forwarded-message.js'
import type { GatewayCall, Passage, Side } from './gateway-call.js'
import type { LegKind } from './leg-media.js'
import type { ProxyServices } from './proxy-services.js'

/** Where one copy of a request goes. */
export interface ForwardTarget {
  readonly uri: string
  readonly routes: readonly string[]
  readonly way: Flow | Place
  /** What a registered phone speaks. */
  readonly media?: LegKind
  /** Other flows to the same phone, for when this one has failed (RFC 5626 7). */
  readonly others?: readonly ForwardTarget[]
}

/** What concerns all copies. */
export interface ForwardPlan {
  readonly call: GatewayCall | undefined
  /** Who sent the request within the call. */
  readonly from: Side
  /** Stay in the path of the dialog that this request may begin. */
  readonly record: boolean
  readonly targets: readonly ForwardTarget[]
  /** For each copy (RFC 5393 5.3.3). */
  readonly maxBreadth: number
  /** Ends the branches of a request that is forked (RFC 5393 4.2.1); '' otherwise. */
  readonly mark: string
  /** All is over: the final status that went back, 0 when none could. */
  onFinal(status: number): void
}

interface Branch {
  readonly media: LegKind | undefined
  /** Flows that were not tried yet. */
  others: readonly ForwardTarget[]
  client: ClientTransaction | undefined
  /** 0 while pending. */
  status: number
  response: SipMessage | undefined
}

/** RFC 3261 16.6 step 11: more than 3 minutes. */
const TIMER_C_MS = 181_000

/** Responses of a CANCEL of ours concern nobody: its INVITE tells how the call ends. */
const cancelUser: ClientUser = { onResponse() {}, onTimeout() {}, onTransportFailure() {} }

/** The copies of one request and the responses to them: RFC 3261 16.6 to 16.10. */
export class ResponseContext implements ClientUser, ServerUser, TimerOwner {
  readonly #services: ProxyServices
  readonly #tx: ServerTransaction
  readonly #request: SipMessage
  readonly #plan: ForwardPlan
  readonly #branches: Branch[]
  readonly #byClient = new Map<ClientTransaction, Branch>()
  readonly #timerC = new Timer(this, 'C')
  readonly #back: Side
  #cancelled = false
  #final = 0

  constructor(services: ProxyServices, tx: ServerTransaction, request: SipMessage, plan: ForwardPlan) {
    this.#services = services
    this.#tx = tx
    this.#request = request
    this.#plan = plan
    this.#back = plan.from === 'caller' ? 'callee' : 'caller'
    this.#branches = plan.targets.map(({ media, others = [] }) => ({
      media,
      others,
      client: undefined,
      status: 0,
      response: undefined,
    }))
    tx.user = this
  }

  start(): void {
    const bodies = this.#branches.map((branch) => this.#relay(this.#request, this.#plan.from, branch))
    const refusal = this.#refusal()
    if (refusal !== undefined) {
      for (const branch of this.#branches) branch.status = refusal
      this.#settle()
      return
    }
    if (this.#request.method === 'INVITE') this.#services.clock.arm(this.#timerC, TIMER_C_MS)
    for (const [index, target] of this.#plan.targets.entries()) {
      const branch = this.#branches[index]
      if (branch) this.#open(branch, target, bodies[index])
    }
  }

  /** The status with which a request ends whose media cannot be had. */
  #refusal(): number | undefined {
    const { call } = this.#plan
    if (call?.lacksPorts) return 500
    return call?.keyingProblem === undefined ? undefined : 488
  }

  /** The body for the other side, where it differs. An INVITE or UPDATE without offer is given one by its response. */
  #relay(message: SipMessage, from: Side, { media }: Branch): string | undefined {
    const { call } = this.#plan
    if (!call) return undefined
    const calleeMedia = this.#plan.from === 'caller' ? media : undefined
    const role: Passage['role'] = this.#isAnswer(message, call) ? 'answer' : 'offer'
    return call.relay(message, { from, role, calleeMedia })
  }

  /** RFC 3261 13.2.1, RFC 3262 5, RFC 3311 5: in responses to what was offered, and in a PRACK to an offer in a 1xx. */
  #isAnswer(message: SipMessage, call: GatewayCall): boolean {
    if (message !== this.#request) return this.#request.body.length > 0
    return message.method === 'PRACK' && call.awaitsAnswer
  }

  onResponse(tx: ClientTransaction, response: SipMessage): void {
    const branch = this.#byClient.get(tx)
    if (!branch || response.status === 100) return
    if (response.status < 200) {
      // 16.7 step 2: a provisional response shows that somebody is there.
      if (this.#timerC.armed) this.#services.clock.arm(this.#timerC, TIMER_C_MS)
      if (this.#final === 0) this.#forward(response, response.status, branch)
      return
    }
    const first = branch.status === 0
    if (first && response.status === 430 && this.#tryOther(branch)) return
    branch.status = response.status
    branch.response = response
    if (response.status < 300) this.#succeed(response, branch)
    else if (first) this.#fail(response.status)
  }

  onTimeout(tx: ClientTransaction): void {
    this.#failBranch(tx, 408)
  }

  /** 16.9: as if it had answered 503. */
  onTransportFailure(tx: ClientTransaction | ServerTransaction): void {
    // The caller is gone: nobody waits for an answer any more.
    if (tx === this.#tx) this.#cancelPending()
    else this.#failBranch(tx as ClientTransaction, 503)
  }

  onCancel(): void {
    this.#cancelled = true
    this.#services.hold(() => this.#cancelPending())
  }

  onAckTimeout(): void {
    // Timer H of a refusal: the call was over already.
  }

  /** Timer C, 16.8. */
  onTimer(): void {
    this.#cancelPending()
    for (const branch of this.#branches) if (branch.status === 0) branch.status = 408
    this.#settle()
  }

  #open(branch: Branch, target: ForwardTarget, body: string | undefined): void {
    const way = 'channel' in target.way ? target.way : this.#services.flows.reach(target.way)
    if (isPromise(way)) {
      way.then((flow) => {
        if (typeof flow !== 'string') this.#hold(branch, target, flow, body)
        else if (branch.status === 0) this.#finish(branch, 503)
      })
    } else this.#hold(branch, target, way, body)
  }

  #hold(branch: Branch, target: ForwardTarget, flow: Flow, body: string | undefined): void {
    this.#services.hold(() => this.#send(branch, target, flow, body))
  }

  #send(branch: Branch, target: ForwardTarget, flow: Flow, body: string | undefined): void {
    if (branch.status !== 0) return
    if (this.#cancelled) {
      this.#finish(branch, 487)
      return
    }
    const services = this.#services
    if (flow.channel.reliable && !services.flows.isOpen(flow)) {
      this.#finish(branch, 430)
      return
    }
    const branchId = services.newBranch() + this.#plan.mark
    const text = writeForwardedRequest(this.#request, {
      uri: target.uri,
      via: services.via(flow, branchId),
      recordRoutes: this.#plan.record ? services.recordRoutes(this.#request, this.#source(), flow) : [],
      routes: target.routes,
      maxBreadth: this.#plan.maxBreadth,
      keepsMaxForwards: services.faults.keepsMaxForwards,
      realm: services.options.realm,
      body,
    })
    services.counters.requestsForwarded++
    const { channel, to } = flow
    const { method } = this.#request
    const client = services.layer.request({ channel, to, wire: text, method, branch: branchId }, this)
    branch.client = client
    this.#byClient.set(client, branch)
  }

  #source(): Flow {
    return this.#services.flows.of(this.#tx.channel, this.#tx.from)
  }

  #succeed(response: SipMessage, branch: Branch): void {
    const { call } = this.#plan
    this.#services.clock.disarm(this.#timerC)
    // 16.7 step 5: every 2xx of an INVITE goes back, also copies and those of other branches.
    this.#forward(response, response.status, branch)
    if (this.#final !== 0) return
    this.#final = response.status
    if (call && this.#request.method === 'INVITE') this.#services.calls.answered(call)
    this.#cancelPending()
    this.#plan.onFinal(response.status)
  }

  #fail(status: number): void {
    // 16.7 step 5: a 6xx ends the search.
    if (status >= 600) this.#cancelPending()
    this.#settle()
  }

  #failBranch(tx: ClientTransaction, status: number): void {
    const branch = this.#byClient.get(tx)
    if (branch && branch.status === 0) this.#finish(branch, status)
  }

  /** RFC 5626 7: a flow that has failed, and no other answer, leads to the next flow of the same phone. */
  #tryOther(branch: Branch): boolean {
    const [next, ...others] = branch.others
    if (next === undefined || this.#cancelled || this.#final !== 0) return false
    branch.others = others
    this.#open(branch, next, this.#relay(this.#request, this.#plan.from, branch))
    return true
  }

  #finish(branch: Branch, status: number): void {
    if ((status === 430 || status === 408) && this.#tryOther(branch)) return
    branch.status = status
    this.#settle()
  }

  /** 16.7 step 6, when every branch has ended and none with success. */
  #settle(): void {
    if (this.#final !== 0 || this.#branches.some((branch) => branch.status === 0)) return
    this.#services.clock.disarm(this.#timerC)
    const best = bestOf(this.#branches)
    // 16.7 step 6: a 503 is about the one who gave it and must not keep the caller away from us.
    const status = best.status === 503 ? 500 : best.status
    this.#final = status
    const challenges = this.#challengesBeside(best)
    if (best.response) this.#forward(best.response, status, best, challenges)
    else this.#services.hold(() => this.#respond(status))
    this.#plan.onFinal(status)
  }

  #challengesBeside(best: Branch): SipMessage[] {
    if (best.status !== 401 && best.status !== 407) return []
    const others = this.#branches.filter(
      (branch) => branch !== best && (branch.status === 401 || branch.status === 407),
    )
    return others.flatMap((branch) => (branch.response ? [branch.response] : []))
  }

  #respond(status: number): void {
    const problem = this.#plan.call?.keyingProblem
    const { realm } = this.#services.options
    const lines = problem === undefined ? '' : `Warning: 399 ${realm} "${problem.replaceAll('"', "'")}"\r\n`
    this.#tx.respond(status, writeResponse(this.#request, status, '', { toTag: this.#tx.localTag, lines }))
  }

  #forward(response: SipMessage, status: number, branch: Branch, challenges: readonly SipMessage[] = []): void {
    // What a refusal describes (RFC 3261 21.4.26) is agreed by nobody.
    const body = response.status < 300 ? this.#relay(response, this.#back, branch) : undefined
    const text = writeForwardedResponse(response, status, body)
    this.#services.counters.responsesForwarded++
    const wire = challenges.length > 0 ? withChallenges(text, challenges) : text
    this.#services.hold(() => this.#tx.respond(status, wire))
  }

  #cancelPending(): void {
    for (const branch of this.#branches) {
      if (branch.status === 0 && this.#request.method === 'INVITE') branch.client?.cancel(cancelUser)
    }
  }
}
