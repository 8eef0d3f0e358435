import { isIP } from 'node:net'
import type { TransportName } from '../model/address.js'
import { services as dnsServices, transportOfParameter } from '../sip/locate/service.js'
import { parseNameAddr } from '../sip/message/name-addr.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import { parseUri, type SipUri, unescapeUri } from '../sip/message/uri.js'
import type { Place } from './flow-table.js'
import { flowTowards } from './flow-towards.js'
import type { LegKind } from './leg-media.js'
import type { Binding, LocationTable } from './location-table.js'
import type { ProxyServices } from './proxy-services.js'
import type { ForwardTarget } from './response-context.js'
import { forStrictRouter, type RoutePlan } from './route-plan.js'

/** Methods whose dialogs are calls: after a restart they are unknown. */
const ofCalls = new Set(['INVITE', 'ACK', 'BYE', 'UPDATE', 'INFO', 'PRACK'])

/** Where a request goes on to (RFC 3261 16.5), or the status that says that it does not. */
export class TargetFinder {
  readonly #services: ProxyServices
  readonly #locations: LocationTable
  /** UDP places of the other gateways of the run: they may know users that we do not. */
  peers: readonly Place[] = []

  constructor(services: ProxyServices, locations: LocationTable) {
    this.#services = services
    this.#locations = locations
  }

  find(request: SipMessage, plan: RoutePlan, fromPeer: boolean): readonly ForwardTarget[] | number {
    if (plan.routes.length > 0) return this.#byRoute(plan)
    if (plan.record?.has('gw')) return this.#byRecord(request, plan)
    const uri = parseUri(plan.uri)
    if (!uri) return 400
    const contact = this.#locations.byContact(plan.uri)
    if (contact) return [toBinding(contact)]
    const address = this.#foreignAddress(uri)
    if (address !== undefined) return this.#byUri(plan.uri, { ...uri, host: address }, [])
    if (!this.#services.own.isServed(uri)) return this.#byUri(plan.uri, uri, [])
    // Without our Record-Route a request within a dialog is for a dialog that we never saw.
    if (request.toTag !== '') return 481
    return this.#byUser(plan.uri, uri, fromPeer)
  }

  /** RFC 3261 16.5: maddr alone decides, unless it is ours (16.4). */
  #foreignAddress(uri: SipUri): string | undefined {
    const host = uri.params.get('maddr')
    if (host === undefined || isIP(host) === 0) return undefined
    return this.#services.own.isOwn({ ...uri, host }) ? undefined : host
  }

  /** What the sender of a request speaks, as it registered; undefined for one who did not. */
  mediaOf(request: SipMessage): LegKind | undefined {
    const from = parseUri(request.from.uri)
    return from && this.#locations.find(unescapeUri(from.user), from.host.toLowerCase())[0]?.media
  }

  /** Somebody else's Route is the next hop (16.6 steps 6 and 7). */
  #byRoute(plan: RoutePlan): readonly ForwardTarget[] | number {
    const hop = parseUri(parseNameAddr(plan.routes[0] ?? '').uri)
    if (!hop) return 400
    const { uri, routes } = forStrictRouter(plan.uri, plan.routes)
    return this.#byUri(uri, hop, routes)
  }

  /** Within a dialog that we record-routed: the flow stands in the Route. */
  #byRecord(request: SipMessage, plan: RoutePlan): readonly ForwardTarget[] | number {
    const record = plan.record
    if (record?.get('gw') !== this.#services.epoch && ofCalls.has(request.method)) return 481
    const downstream = record?.get('ftag') === request.fromTag
    const flow = this.#services.flows.fromToken(record?.get(downstream ? 'd' : 'u') ?? '')
    if (!flow) return 430
    const uri = parseUri(plan.uri)
    return [{ uri: plan.uri, routes: [], way: uri ? flowTowards(uri, flow) : flow }]
  }

  #byUser(text: string, uri: SipUri, fromPeer: boolean): readonly ForwardTarget[] | number {
    const user = unescapeUri(uri.user)
    const given = this.#services.options.routes[user]
    if (given) return this.#given(given)
    const bindings = this.#locations.find(user, uri.host.toLowerCase())
    if (bindings.length > 0) return oneFlowEach(bindings)
    if (fromPeer || this.peers.length === 0) return 404
    return this.peers.map((way) => ({ uri: text, routes: [], way }))
  }

  #given(uris: readonly string[]): readonly ForwardTarget[] | number {
    const targets: ForwardTarget[] = []
    for (const text of uris) {
      const uri = parseUri(text)
      const found = uri ? this.#byUri(text, uri, []) : 404
      if (typeof found !== 'number') targets.push(...found)
    }
    return targets.length > 0 ? targets : 404
  }

  /** The gateway resolves no names: every name is a domain that it serves. */
  #byUri(text: string, uri: SipUri, routes: readonly string[]): readonly ForwardTarget[] | number {
    const transport = transportOf(uri)
    if (!transport || isIP(uri.host) === 0) return 404
    const port = uri.port ?? dnsServices[transport].port
    return [{ uri: text, routes, way: { transport, address: { host: uri.host, port } } }]
  }
}

function transportOf(uri: SipUri): TransportName | undefined {
  const sips = uri.scheme === 'sips'
  const parameter = uri.params.get('transport')
  return parameter === undefined ? (sips ? 'tls' : 'udp') : transportOfParameter(parameter, sips)
}

function toBinding(binding: Binding): ForwardTarget {
  const hop = binding.path[0] === undefined ? undefined : parseUri(parseNameAddr(binding.path[0]).uri)
  // Path leads over the hop that the REGISTER came through; the flow to that hop is the binding's.
  const way = hop ? flowTowards(hop, binding.flow) : (streamTo(binding) ?? binding.flow)
  return { uri: binding.contact, routes: binding.path, way, media: binding.media }
}

/** A contact on a stream that was registered by a datagram: the connection is ours to make. */
function streamTo({ contact, flow, regId }: Binding): Place | undefined {
  const uri = parseUri(contact)
  const transport = uri && transportOf(uri)
  if (!transport || transport === 'udp' || flow.channel.transport !== 'udp' || regId !== '' || isIP(uri.host) === 0) {
    return undefined
  }
  return { transport, address: { host: uri.host, port: uri.port ?? dnsServices[transport].port } }
}

/** RFC 5626 7: of the flows of one instance the newest; the others are tried when that one has failed. */
function oneFlowEach(bindings: readonly Binding[]): readonly ForwardTarget[] {
  const byInstance = new Map<string, Binding[]>()
  const order: Binding[][] = []
  for (const binding of bindings) {
    const known = binding.regId === '' ? undefined : byInstance.get(binding.instance)
    if (known) known.unshift(binding)
    else {
      const flows = [binding]
      order.push(flows)
      if (binding.regId !== '') byInstance.set(binding.instance, flows)
    }
  }
  return order.flatMap(([newest, ...others]) => {
    if (newest === undefined) return []
    const target = toBinding(newest)
    return others.length === 0 ? target : { ...target, others: others.map(toBinding) }
  })
}
