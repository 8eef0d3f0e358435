import { after, type Clock, type Timer } from '../base/clock.js'
import { Rng } from '../base/rng.js'
import { dtlsIdentity } from '../media/webrtc/dtls/dtls-identity.js'
import { type Address, type TransportName, transportNames } from '../model/address.js'
import type { GatewayFaults } from '../model/scenario.js'
import { DigestServer } from '../sip/auth/digest-server.js'
import { writeResponse } from '../sip/message/response.js'
import { SipMessage } from '../sip/message/sip-message.js'
import type { Wire } from '../sip/message/wire.js'
import { timerValues } from '../sip/transaction/timers.js'
import { TransactionLayer } from '../sip/transaction/transaction-layer.js'
import { createServerCertificate } from '../transport/certificates.js'
import { TargetGuard } from '../transport/guard.js'
import { transports } from '../transport/registry.js'
import {
  type Channel,
  type ChannelEvents,
  isTransportFailure,
  type Listener,
  type TransportFailure,
} from '../transport/transport.js'
import { Admission } from './admission.js'
import { CallTable } from './call-table.js'
import { FlowTable } from './flow-table.js'
import type { GatewayCertificate, GatewayOptions } from './gateway-options.js'
import { type GatewayStatistics, noGatewayCounters } from './gateway-statistics.js'
import { LocationTable } from './location-table.js'
import { OwnAddresses } from './own-addresses.js'
import { ProxyServices } from './proxy-services.js'
import { Registrar } from './registrar.js'
import { SipProxy } from './sip-proxy.js'
import { TargetFinder } from './target-finder.js'

export interface StartedGateway {
  readonly addresses: Partial<Record<TransportName, Address>>
  readonly caPem: string
}

/**
 * A small SIP gateway in this process: registrar, record-routing proxy and RTP relay over all five transports, with
 * faults by known amounts. With `signallingDelayMs` every message that is forwarded, request or response, is held
 * once; so the time from INVITE to 180 through one gateway grows by twice the value.
 */
export class EmbeddedGateway implements ChannelEvents {
  readonly #options: GatewayOptions
  readonly #clock: Clock
  readonly #counters = noGatewayCounters()
  readonly #guard = new TargetGuard([])
  readonly #flows: FlowTable
  readonly #own: OwnAddresses
  readonly #locations: LocationTable
  readonly #calls: CallTable
  readonly #services: ProxyServices
  readonly #finder: TargetFinder
  readonly #layer: TransactionLayer
  #listeners: Listener[] = []
  /** Ports once chosen are kept through a restart. */
  #ports: Partial<Record<TransportName, number>>
  #certificate: GatewayCertificate | undefined
  #restart: Timer | undefined
  #stopped = false
  /** Why it does not listen any more. */
  #failure: string | undefined

  constructor(options: GatewayOptions, clock: Clock) {
    const rng = new Rng(options.seed, 'gateway')
    this.#options = options
    this.#clock = clock
    this.#ports = options.ports
    this.#certificate = options.certificate
    this.#flows = new FlowTable(this.#guard, this)
    this.#own = new OwnAddresses(options.host, options.realm)
    this.#locations = new LocationTable(clock)
    this.#calls = new CallTable(options, clock, rng.fork('relay'), this.#counters)
    const { realm, algorithms, qop, nonceSeconds, passwordTemplate } = options
    const password = (user: string): string => passwordTemplate.replaceAll(`\${user}`, user)
    const digest = new DigestServer({ realm, algorithms, qop, nonceSeconds, clock, rng: rng.fork('digest'), password })
    this.#services = new ProxyServices({
      options,
      clock,
      rng: rng.fork('branches'),
      flows: this.#flows,
      own: this.#own,
      calls: this.#calls,
      counters: this.#counters,
    })
    this.#finder = new TargetFinder(this.#services, this.#locations)
    const admission = new Admission(options, digest, this.#locations, () => this.#counters.challenges++)
    const registrar = new Registrar(options, clock, this.#locations)
    const user = new SipProxy(this.#services, registrar, admission, this.#finder)
    const timers = timerValues({ t1Ms: options.t1Ms })
    this.#layer = new TransactionLayer({ clock, timers, user, rng: rng.fork('tags') })
    this.#services.layer = this.#layer
  }

  /** Opens all listeners, or none: a failure closes those that were open. One that stands by opens them later. */
  async start(standBy = false): Promise<StartedGateway | TransportFailure> {
    const { host } = this.#options
    this.#certificate ??= await createServerCertificate([host, 'localhost', this.#options.realm])
    if (this.#options.webrtc) this.#calls.identity = await dtlsIdentity()
    const failure = standBy ? await this.#rehearse() : await this.#listen()
    if (failure) {
      await this.stop()
      return failure
    }
    this.#planRestart(this.#options.faults.restartAfterMs)
    const addresses: Partial<Record<TransportName, Address>> = {}
    for (const transport of transportNames) {
      const address = this.#own.of(transport)
      if (address) addresses[transport] = address
    }
    return { addresses, caPem: this.#certificate.caPem }
  }

  /** Listens elsewhere for a moment, so that listening at its place takes no time later. */
  async #rehearse(): Promise<TransportFailure | undefined> {
    const ports = this.#ports
    this.#ports = {}
    const failure = await this.#listen()
    await this.#closeListeners()
    this.#own.clear()
    this.#ports = ports
    return failure
  }

  /** Other gateways of the run, by their UDP addresses: users unknown here are looked for there, without digest. */
  setPeers(addresses: readonly Address[]): void {
    this.#finder.peers = addresses.map((address) => ({ transport: 'udp', address }))
  }

  /** Changes faults at once for packets and messages, and for calls that begin from now on. */
  fault(change: Partial<GatewayFaults>): void {
    const faults = { ...this.#services.faults, ...change }
    this.#services.faults = faults
    this.#calls.faults = faults
    if ('restartAfterMs' in change) this.#planRestart(change.restartAfterMs)
  }

  statistics(options: { readonly calls?: boolean } = {}): GatewayStatistics {
    return {
      ...this.#counters,
      failure: this.#failure,
      bindings: this.#locations.size,
      channels: this.#flows.channelCount,
      activeCalls: this.#calls.activeCount,
      relayPorts: this.#calls.openPorts,
      rtp: this.#calls.relayed(),
      calls: options.calls ? this.#calls.statistics() : [],
    }
  }

  /** Loses registrations, calls and connections, and listens again on the same ports. */
  async restart(): Promise<TransportFailure | undefined> {
    this.#counters.restarts++
    await this.#close()
    if (this.#stopped) return undefined
    const failure = await this.#listen()
    this.#failure = failure?.text
    if (failure || this.#stopped) await this.#close()
    return failure
  }

  /** Loses registrations and connections and stops listening, or listens again; calls keep their media meanwhile. */
  async signalling(up: boolean): Promise<TransportFailure | undefined> {
    if (!up) {
      this.#layer.close()
      this.#locations.clear()
      await this.#closeListeners()
      return undefined
    }
    const failure = await this.#listen()
    this.#failure = failure?.text
    if (failure) await this.#closeListeners()
    return failure
  }

  /** Drops all media while it is down; calls whose streams are lost stay silent when it is up again. */
  relay(up: boolean, calls: 'kept' | 'lost'): void {
    this.#calls.relayUp = up
    if (calls === 'lost' && !up) this.#calls.loseMedia()
  }

  renewCertificate({ certPem, keyPem }: Pick<GatewayCertificate, 'certPem' | 'keyPem'>): void {
    for (const listener of this.#listeners) listener.renewCertificate?.({ cert: certPem, key: keyPem })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#restart) this.#clock.disarm(this.#restart)
    await this.#close()
    this.#calls.close()
  }

  onOpen(channel: Channel): void {
    this.#flows.add(channel)
  }

  onMessage(channel: Channel, from: Address, wire: Wire): void {
    this.#counters.messagesReceived++
    const message = SipMessage.parse(wire)
    if (!this.#isUsable(message)) this.#counters.malformed++
    else if (message.version.toUpperCase() === 'SIP/2.0') this.#layer.receive(channel, from, message)
    else if (message.isRequest && message.method !== 'ACK') {
      const text = writeResponse(message, 505, '', { toTag: this.#layer.newTag() })
      channel.send(text, channel.reliable ? undefined : from)
    } else this.#counters.malformed++
  }

  /** A request that can be answered, or a response to a request of ours (RFC 3261 18.1.2). */
  #isUsable(message: SipMessage): boolean {
    const { host, port } = message.topVia
    if (message.isRequest) return host !== '' && message.version !== ''
    return message.status >= 100 && this.#own.isSentBy(host, port)
  }

  onFailure(channel: Channel, failure: TransportFailure, to?: Address): void {
    if (to) this.#layer.transportFailed(channel, failure.text, to)
  }

  onClose(channel: Channel, reason: string): void {
    this.#flows.remove(channel)
    this.#locations.dropChannel(channel.id)
    this.#layer.transportFailed(channel, reason)
  }

  onMalformed(): void {
    this.#counters.malformed++
  }

  async #listen(): Promise<TransportFailure | undefined> {
    const { host } = this.#options
    const certificate = this.#certificate
    for (const transport of this.#options.transports) {
      const listener = await transports[transport].listen(
        {
          local: { host, port: this.#ports[transport] ?? 0 },
          tls: certificate && { cert: certificate.certPem, key: certificate.keyPem },
          ws: { path: undefined, requireProtocol: true },
          guard: this.#guard,
        },
        this,
      )
      if (isTransportFailure(listener)) return listener
      this.#listeners.push(listener)
      this.#ports = { ...this.#ports, [transport]: listener.local.port }
      this.#own.add(transport, listener.local)
    }
    return undefined
  }

  async #close(): Promise<void> {
    this.#layer.close()
    this.#calls.endAll()
    this.#locations.clear()
    this.#services.renewEpoch()
    await this.#closeListeners()
  }

  async #closeListeners(): Promise<void> {
    const listeners = this.#listeners
    this.#listeners = []
    await this.#flows.close()
    await Promise.all(listeners.map((listener) => listener.close()))
  }

  #planRestart(afterMs: number | undefined): void {
    if (this.#restart) this.#clock.disarm(this.#restart)
    this.#restart = afterMs === undefined ? undefined : after(this.#clock, afterMs, () => void this.restart())
  }
}
