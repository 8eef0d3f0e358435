import type { Address } from '../model/address.js'
import type { Variables } from '../model/scenario.js'
import { type AuthHeader, DigestClient } from '../sip/auth/digest-client.js'
import type { TargetAvoidance } from '../sip/locate/target-avoidance.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import type { ServerTransaction } from '../sip/transaction/server-transaction.js'
import type { Channel, TransportFailure } from '../transport/transport.js'
import { answer } from './bare-answer.js'
import { CallSockets } from './call-sockets.js'
import { ClientRequest, type Hop } from './client-request.js'
import { writeContact } from './contact.js'
import { Flow, type FlowOwner } from './flow.js'
import { instanceId } from './instance-id.js'
import { OutOfDialogRequest, type RequestContent } from './out-of-dialog.js'
import { serveOutsideDialog } from './out-of-dialog-server.js'
import type { PhoneObserver } from './phone-observer.js'
import {
  type Capabilities,
  capabilitiesOf,
  type Identity,
  type PhoneProfile,
  type PhoneTarget,
  rotated,
} from './profile.js'
import { Registration, type RegistrationOutcome, type RegistrationOwner, worst } from './registration.js'
import { Session } from './session.js'
import type { SessionObserver } from './session-observer.js'
import type { Stack } from './stack.js'
import { UriAddress } from './uri-address.js'

/** Sees raw messages before the transaction layer does, for scenarios that work by hand. */
export type RawListener = (message: SipMessage, from: Address) => boolean

/**
 * One phone: an identity that registers, stays registered, places and answers calls, all over the same socket or
 * connection.
 */
export class Phone implements FlowOwner, RegistrationOwner {
  readonly stack: Stack
  readonly profile: PhoneProfile
  readonly identity: Identity
  /** Index within its group, from 0. */
  readonly index: number
  readonly digest: DigestClient | undefined
  readonly flows: readonly Flow[]
  readonly registrations: readonly Registration[]
  readonly callSockets: CallSockets
  /** Targets that failed of late: a phone that registers keeps its own account; others of a group are one trunk. */
  readonly avoidance: TargetAvoidance
  readonly capabilities: Capabilities
  readonly viaToken: string
  rawListener: RawListener | undefined
  readonly #observer: PhoneObserver
  readonly #instance: string
  readonly #addresses = new UriAddress()
  /** Initial INVITEs that are being served, by Call-ID and From tag, for RFC 3261 8.2.2.2; made by the first. */
  #incoming: Map<string, { cseq: number; branch: string }> | undefined
  #lost: Set<Flow> | undefined

  constructor(
    stack: Stack,
    profile: PhoneProfile,
    identity: Identity,
    index: number,
    observer: PhoneObserver,
    targets: readonly PhoneTarget[] = profile.targets,
  ) {
    this.stack = stack
    this.profile = profile
    this.identity = identity
    this.index = index
    this.#observer = observer
    this.capabilities = capabilitiesOf(profile)
    this.viaToken = profile.transport.toUpperCase()
    this.digest =
      identity.password === ''
        ? undefined
        : new DigestClient({ username: identity.authUser, password: identity.password }, stack.rng)
    this.#instance = instanceId(stack.rng)
    const { sourceAddresses } = profile
    this.avoidance = profile.expiresSeconds === undefined ? stack.trunkAvoidance(profile.group) : stack.newAvoidance()
    // Without a gateway only UDP has a way out: the group's socket sends to whatever address a URI names.
    const flowCount = targets.length > 0 || profile.transport === 'udp' ? Math.max(1, profile.outboundFlows) : 0
    const source = sourceAddresses[index % Math.max(1, sourceAddresses.length)]
    this.flows = Array.from(
      { length: flowCount },
      (_, n) => new Flow(stack, profile, rotated(targets, n), this, n + 1, source, this.avoidance),
    )
    this.callSockets = new CallSockets(this, targets, source)
    this.registrations =
      profile.expiresSeconds === undefined ? [] : this.flows.map((flow) => this.#registrationOver(flow, profile))
  }

  get name(): string {
    return this.identity.user
  }

  get variables(): Variables {
    return this.identity.variables
  }

  get registered(): boolean {
    return this.registrations.some((registration) => registration.bound)
  }

  get connected(): boolean {
    return this.flows.some((flow) => flow.channel !== undefined)
  }

  /** The flow that new requests use: the first that is up, registered ones before others. */
  get flow(): Flow | undefined {
    const bound = this.flows.find((flow, n) => flow.channel && this.registrations[n]?.bound)
    return bound ?? this.flows.find((flow) => flow.channel)
  }

  /** Another flow that is up and registered. */
  flowBeside(flow: Flow): Flow | undefined {
    return this.flows.find((other, n) => other !== flow && other.channel && this.registrations[n]?.bound)
  }

  /** The flow that a request came in on; one that was accepted by a listener is wrapped. */
  flowOver(channel: Channel, from: Address): Flow {
    const known = this.flows.find((flow) => flow.channel === channel)
    // Without a gateway a shared socket leads nowhere by itself: the answers go back to where the request came from.
    if (known && this.profile.targets.length > 0) return known
    const target = { name: 'caller', address: from, host: from.host, path: '/' }
    const flow = new Flow(this.stack, this.profile, [target], this, 1, undefined, this.avoidance)
    flow.share(channel)
    return flow
  }

  /** Opens every flow; the first failure is returned. */
  async open(): Promise<TransportFailure | undefined> {
    const results = await Promise.all(this.flows.map((flow) => flow.open()))
    return results.find((result) => result !== undefined)
  }

  /** Registers over every flow; the worst outcome is returned. */
  async register(): Promise<RegistrationOutcome> {
    const outcomes = await Promise.all(this.registrations.map((registration) => registration.register()))
    return worst(outcomes)
  }

  async unregister(): Promise<RegistrationOutcome> {
    for (const registration of this.registrations) registration.stop()
    const bound = this.registrations.filter((registration) => registration.bound)
    return worst(await Promise.all(bound.map((registration) => registration.unregister())))
  }

  /** One REGISTER by hand over the first flow. */
  async registerOnce(expiresSeconds: number): Promise<RegistrationOutcome> {
    const flow = this.flows[0]
    if (!flow || this.profile.targets.length === 0) {
      return { ok: false, status: 0, reason: 'there is no gateway', startedMs: 0, endedMs: 0 }
    }
    const registration = this.registrations[0] ?? this.#registrationOver(flow, { ...this.profile, expiresSeconds })
    return registration.bindFor(expiresSeconds)
  }

  /** A REFER asks for a call: why that is not permitted. Each one permitted is followed by `transferEnded`. */
  transferRefusal(uri: string): string | undefined {
    return this.#observer.onTransferAsked(this, uri)
  }

  transferEnded(): void {
    this.#observer.onTransferEnded(this)
  }

  createCall(observer: SessionObserver): Session {
    return new Session(this, 'caller', observer)
  }

  /** A request outside any call. `to` defaults to the gateway's domain. */
  request(method: string, to: string | undefined, content: RequestContent, done: (status: number) => void): void {
    const uri = to ?? `sip:${this.identity.domain}`
    const hop = this.hopFor(uri)
    const { flow } = this
    if (!hop || !flow) {
      done(0)
      return
    }
    const text = new OutOfDialogRequest(this, flow, method, uri, content, done)
    new ClientRequest(this.stack.layer, text, text, hop, this.digest, () => this.newBranch()).send(false)
  }

  newBranch(): string {
    return `z9hG4bK${this.stack.rng.token()}`
  }

  /**
   * Where a request for `uri` (the topmost Route, or the remote target) goes: over our own flow; a UDP socket sends to
   * the numeric address when there is one, otherwise to the gateway. Names of others are never resolved here: a
   * `.invalid` host can only be reached through the gateway (RFC 7118 5).
   */
  hopFor(uri: string, over?: Flow): Hop | undefined {
    const hop = (over ?? this.flow)?.hop
    if (!hop || hop.channel.reliable) return hop
    const to = this.#addresses.of(uri)
    return to === undefined ? hop : { channel: hop.channel, to }
  }

  /** Contact of a dialog with `peer`, as a name-addr. */
  contact(flow: Flow, peer: string): string {
    return writeContact(this.profile, this.identity, flow, { kind: 'peer', uri: peer })
  }

  credentials(request: Parameters<DigestClient['preemptive']>[0]): AuthHeader[] {
    return this.digest?.preemptive(request) ?? []
  }

  phoneFor(): Phone {
    return this
  }

  intercept(_channel: Channel, from: Address, message: SipMessage): boolean {
    return this.rawListener?.(message, from) ?? false
  }

  onRequest(transaction: ServerTransaction, request: SipMessage): void {
    if (request.method === 'INVITE') this.#onInvite(transaction, request)
    else serveOutsideDialog(this, transaction, request)
  }

  #onInvite(transaction: ServerTransaction, request: SipMessage): void {
    const key = `${request.callId} ${request.fromTag}`
    const known = this.#incoming?.get(key)
    if (known && known.cseq === request.cseq && known.branch !== request.topVia.branch) {
      answer(transaction, request, 482, 'Loop Detected')
      return
    }
    const session = new Session(this, 'callee', undefined)
    if (!session.accept(transaction, request)) return
    this.#incoming ??= new Map()
    this.#incoming.set(key, { cseq: request.cseq, branch: request.topVia.branch })
    if (!this.#observer.onIncoming(this, session)) session.reject(480, undefined, [])
  }

  /** A session that came in is over. */
  forget(callId: string, remoteTag: string): void {
    this.#incoming?.delete(`${callId} ${remoteTag}`)
  }

  onRegistered(registration: Registration, outcome: RegistrationOutcome, refresh: boolean): void {
    if (outcome.ok && registration.bound) this.#keepAlive(registration)
    this.#observer.onRegistered(this, outcome, refresh)
  }

  onFlowOpen(flow: Flow, connectMs: number): void {
    if (flow.channel?.reliable) this.#observer.onConnected(this, connectMs)
    const registration = this.registrations[flow.number - 1]
    // After a loss the binding must be made again; the first registration is the driver's to start.
    if (registration && this.#lost?.has(flow)) void registration.register()
    this.#lost?.delete(flow)
  }

  onFlowLost(flow: Flow, reason: string): void {
    this.#lost ??= new Set()
    this.#lost.add(flow)
    this.registrations[flow.number - 1]?.lost()
    this.#observer.onConnectionLost(this, reason, flow.target.name)
  }

  onFlowMoved(flow: Flow, from: PhoneTarget): void {
    this.noteSwitch(flow, from)
    const registration = this.registrations[flow.number - 1]
    // A connection registers when it is open; a socket has to take its binding along by itself.
    if (registration?.bound && this.flows.includes(flow) && !flow.channel?.reliable) void registration.register()
  }

  noteSwitch(flow: Flow, from: PhoneTarget): void {
    this.#observer.onTargetSwitched?.(this, from.name, flow.target.name)
  }

  /** The transactions concerned were told by the stack; the flow itself lives on or closes. */
  onFlowFailure(): void {}

  async close(): Promise<void> {
    for (const registration of this.registrations) registration.stop()
    await Promise.all([this.callSockets, ...this.flows].map((ways) => ways.close()))
  }

  #keepAlive(registration: Registration): void {
    const flow = this.flows[this.registrations.indexOf(registration)]
    if (this.profile.outboundFlows === 0) return
    // RFC 5626 4.4.1: the server's Flow-Timer less a margin, otherwise 120 s on connections and 29 s on UDP.
    const boundSeconds = registration.flowTimerSeconds ?? (flow?.channel?.reliable ? 120 : 29)
    flow?.keepAlive(boundSeconds * 1000)
  }

  #registrationOver(flow: Flow, profile: PhoneProfile): Registration {
    return new Registration(this.stack, flow, this.identity, this.digest, this, {
      expiresSeconds: profile.expiresSeconds ?? 0,
      contact: () => writeContact(this.profile, this.identity, flow, { kind: 'registrar', instance: this.#instance }),
      supported: profile.outboundFlows > 0 ? 'path, outbound' : 'path',
    })
  }
}
