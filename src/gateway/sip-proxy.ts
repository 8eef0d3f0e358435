import type { Address } from '../model/address.js'
import { sameAddress } from '../model/address.js'
import { writeResponse } from '../sip/message/response.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import { parseUri } from '../sip/message/uri.js'
import type { ChannelLike } from '../sip/transaction/channel.js'
import type { LayerUser, ServerTransaction, ServerUser } from '../sip/transaction/transaction-layer.js'
import { type Admission, checkRequest, type Refusal } from './admission.js'
import { type Flow, isPromise } from './flow-table.js'
import { breadthOf, hasLooped, loopMark } from './fork-limits.js'
import { writeForwardedRequest } from './forwarded-message.js'
import type { GatewayCall } from './gateway-call.js'
import type { ProxyServices } from './proxy-services.js'
import type { Registrar } from './registrar.js'
import { type ForwardTarget, ResponseContext } from './response-context.js'
import { planRoute, type RoutePlan } from './route-plan.js'
import type { TargetFinder } from './target-finder.js'

const allowed = 'INVITE, ACK, CANCEL, BYE, REGISTER, OPTIONS, PRACK, UPDATE, INFO, MESSAGE, REFER, SUBSCRIBE, NOTIFY'
const capabilities = `Allow: ${allowed}\r\nAccept: application/sdp\r\nSupported: path, outbound\r\n`
const extensions = new Set(['path', 'outbound'])
/** Requests that may begin a dialog, in which we stay (RFC 3261 16.6 step 4). */
const dialogForming = new Set(['INVITE', 'SUBSCRIBE', 'REFER'])

/** The transaction-stateful, record-routing proxy of RFC 3261 16 with its registrar. */
export class SipProxy implements LayerUser {
  readonly #services: ProxyServices
  readonly #registrar: Registrar
  readonly #admission: Admission
  readonly #finder: TargetFinder

  constructor(services: ProxyServices, registrar: Registrar, admission: Admission, finder: TargetFinder) {
    this.#services = services
    this.#registrar = registrar
    this.#admission = admission
    this.#finder = finder
  }

  onRequest(tx: ServerTransaction, request: SipMessage): void {
    const source = this.#services.flows.of(tx.channel, tx.from)
    const fromPeer = this.#isPeer(source)
    const refusal = checkRequest(request) ?? (fromPeer ? undefined : this.#admission.check(request, source))
    if (refusal) {
      this.#refuse(tx, request, refusal)
      return
    }
    if (request.method === 'REGISTER') this.#register(tx, request, source)
    else if (this.#isForUs(request)) this.#answerOurselves(tx, request)
    else this.#proxy(tx, request, fromPeer)
  }

  /** An ACK for a 2xx goes along the route of its dialog like a request without response (RFC 3261 16.11). */
  onAck(_channel: ChannelLike, from: Address, ack: SipMessage): void {
    ack.source = from
    if (checkRequest(ack)) return
    const plan = planRoute(ack, this.#services.own)
    const found = this.#finder.find(ack, plan, true)
    const target = typeof found === 'number' ? undefined : found[0]
    if (!target || ack.toTag === '') return
    const call = this.#services.calls.of(ack)
    const body = call?.relay(ack, { from: call.sideOf(ack), role: 'answer', calleeMedia: undefined })
    const way = 'channel' in target.way ? target.way : this.#services.flows.reach(target.way)
    if (!isPromise(way)) this.#sendAck(ack, target, way, body)
    // A connection that cannot be made leaves the callee without ACK, which it notices (13.3.1.4).
    else way.then((flow) => typeof flow !== 'string' && this.#sendAck(ack, target, flow, body))
  }

  /** Responses without a transaction came too late or were never ours. */
  onStrayResponse(): void {
    this.#services.counters.strayResponses++
  }

  #sendAck(ack: SipMessage, target: ForwardTarget, flow: Flow, body: string | undefined): void {
    this.#services.hold(() => {
      const text = writeForwardedRequest(ack, {
        uri: target.uri,
        via: this.#services.via(flow, this.#services.newBranch()),
        recordRoutes: [],
        routes: target.routes,
        maxBreadth: breadthOf(ack),
        keepsMaxForwards: this.#services.faults.keepsMaxForwards,
        realm: this.#services.options.realm,
        body,
      })
      this.#services.counters.requestsForwarded++
      flow.channel.send(text, flow.to)
    })
  }

  #refuse(tx: ServerTransaction, request: SipMessage, { status, lines }: Refusal): void {
    if (request.method === 'REGISTER') this.#services.counters.registrationsRefused += status === 401 ? 0 : 1
    tx.respond(status, writeResponse(request, status, '', { toTag: tx.localTag, lines }))
  }

  #register(tx: ServerTransaction, request: SipMessage, source: Flow): void {
    const { own, options, counters } = this.#services
    const serviceRoute = options.serviceRoute ? `${own.uriOf(tx.channel.transport)};lr` : undefined
    const answer = this.#registrar.register(request, source, serviceRoute)
    if (answer.status === 200) counters.registrations++
    if (answer.status === 200) this.#respond(tx, request, 200, answer.lines)
    else this.#refuse(tx, request, answer)
  }

  #isForUs(request: SipMessage): boolean {
    const uri = parseUri(request.requestUri)
    return (
      uri !== undefined &&
      uri.user === '' &&
      uri.scheme !== 'tel' &&
      this.#services.own.isServed(uri) &&
      !request.has('Route')
    )
  }

  #answerOurselves(tx: ServerTransaction, request: SipMessage): void {
    const unknown = request.list('Require').filter((tag) => !extensions.has(tag))
    if (unknown.length > 0) this.#respond(tx, request, 420, `Unsupported: ${unknown.join(', ')}\r\n`)
    else if (request.method === 'OPTIONS') this.#respond(tx, request, 200, capabilities)
    else if (request.toTag !== '') this.#respond(tx, request, 481, '')
    else this.#respond(tx, request, 404, '')
  }

  #proxy(tx: ServerTransaction, request: SipMessage, fromPeer: boolean): void {
    const plan = planRoute(request, this.#services.own)
    const targets = this.#finder.find(request, plan, fromPeer)
    if (typeof targets === 'number') {
      this.#respond(tx, request, targets, '')
      return
    }
    const limit = this.#forkRefusal(request, plan, targets.length)
    if (limit !== undefined) {
      this.#respond(tx, request, limit, '')
      return
    }
    const initial = request.toTag === ''
    if (request.method !== 'INVITE' || !initial || fromPeer) {
      this.#forward(tx, request, targets, this.#services.calls.of(request))
      return
    }
    const call = this.#services.calls.begin(request, this.#finder.mediaOf(request))
    // RFC 3261 8.2.2.2 calls it merged: the same call came over two ways.
    if (!call) this.#respond(tx, request, 482, '')
    else this.#invite(tx, request, targets, call)
  }

  /** RFC 5393: what is forked was not forked here before, and has the breadth that it needs. */
  #forkRefusal(request: SipMessage, plan: RoutePlan, count: number): number | undefined {
    if (count < 2) return undefined
    if (hasLooped(request, this.#services.own, loopMark(request, plan))) return 482
    return count > breadthOf(request) ? 440 : undefined
  }

  #invite(tx: ServerTransaction, request: SipMessage, targets: readonly ForwardTarget[], call: GatewayCall): void {
    const { counters, calls } = this.#services
    if (call.fault === 'busy') {
      counters.busy++
      calls.end(call, 486)
      this.#respond(tx, request, 486, '')
      return
    }
    tx.respond(100, writeResponse(request, 100, 'Trying', {}))
    if (call.fault === 'no-answer') {
      counters.noAnswer++
      tx.user = this.#silence(call)
      return
    }
    this.#forward(tx, request, targets, call)
  }

  /** An INVITE that nobody answers: only its CANCEL ends it, or the sweep of idle calls. */
  #silence(call: GatewayCall): ServerUser {
    const end = (): void => this.#services.calls.end(call, 487)
    return {
      onCancel: (tx) => {
        end()
        this.#respond(tx, tx.request, 487, '')
      },
      onAckTimeout: end,
      onTransportFailure: end,
    }
  }

  #forward(
    tx: ServerTransaction,
    request: SipMessage,
    targets: readonly ForwardTarget[],
    call: GatewayCall | undefined,
  ): void {
    const initial = request.toTag === ''
    const { calls } = this.#services
    const context = new ResponseContext(this.#services, tx, request, {
      call,
      from: call?.sideOf(request) ?? 'caller',
      record: initial && dialogForming.has(request.method),
      targets,
      maxBreadth: Math.floor(breadthOf(request) / targets.length),
      mark: targets.length > 1 ? loopMark(request, planRoute(request, this.#services.own)) : '',
      onFinal: (status) => {
        if (!call) return
        const refused = request.method === 'INVITE' && initial && status >= 300
        // A challenged BYE comes again with credentials.
        const left = request.method === 'BYE' && status !== 401 && status !== 407
        if (refused || left) calls.end(call, refused ? status : call.status)
      },
    })
    context.start()
  }

  #respond(tx: ServerTransaction, request: SipMessage, status: number, lines: string): void {
    tx.respond(status, writeResponse(request, status, '', { toTag: tx.localTag, lines }))
  }

  #isPeer(flow: Flow): boolean {
    const { to } = flow
    return to !== undefined && this.#finder.peers.some((peer) => sameAddress(peer.address, to))
  }
}
