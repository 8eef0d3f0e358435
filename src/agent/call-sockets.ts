import { after } from '../base/clock.js'
import type { Address } from '../model/address.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import { type Channel, isTransportFailure } from '../transport/transport.js'
import { Flow, type FlowOwner } from './flow.js'
import type { Phone } from './phone.js'
import type { PhoneTarget } from './profile.js'
import type { Session } from './session.js'

/**
 * Ways that belong to one call. With `socket: call` each call that a phone places has a UDP socket of its own. Calls of
 * a phone that does not register draw their targets anew, as a trunk does (RFC 3263 4.2, RFC 2782).
 */
export class CallSockets implements FlowOwner {
  readonly #phone: Phone
  readonly #targets: readonly PhoneTarget[]
  readonly #source: string | undefined
  /** Those with `socket: call`. */
  #open: Set<Flow> | undefined

  constructor(phone: Phone, targets: readonly PhoneTarget[], source: string | undefined) {
    this.#phone = phone
    this.#targets = targets
    this.#source = source
  }

  /** Starts a call that we place, on a socket of its own where the group wants that. */
  start(session: Session, start: () => void): void {
    const { socket, transport } = this.#phone.profile
    if (socket === 'call' && transport === 'udp') {
      void this.#openFor(session, start)
      return
    }
    session.flow = this.#trunk() ?? session.flow
    start()
  }

  #trunk(): Flow | undefined {
    const { profile, flow, stack, avoidance } = this.#phone
    const channel = flow?.channel
    if (!profile.places || profile.expiresSeconds !== undefined || !channel || channel.reliable) return undefined
    if (profile.targets.length < 2) return undefined
    const way = new Flow(stack, profile, profile.places.draw(), this, 1, undefined, avoidance)
    way.share(channel)
    return way
  }

  /** A session that has ended before its socket is open is left alone. */
  async #openFor(session: Session, start: () => void): Promise<void> {
    const { stack, profile, avoidance } = this.#phone
    const targets = profile.expiresSeconds === undefined ? profile.places?.draw() : undefined
    const flow = new Flow(stack, profile, targets ?? this.#targets, this, 1, this.#source, avoidance)
    this.#open ??= new Set()
    this.#open.add(flow)
    const failure = await flow.open()
    if (session.state !== 'calling' || (failure && isTransportFailure(failure))) {
      this.#open?.delete(flow)
      await flow.close()
      if (failure) session.fail('transport', 0, failure.text)
      return
    }
    session.flow = flow
    start()
  }

  /** The call is over: its socket stays for as long as copies of its last messages may come (64*T1). */
  release(flow: Flow | undefined): void {
    if (!flow || !this.#open?.has(flow)) return
    const { stack } = this.#phone
    after(stack.clock, stack.timers.giveUpMs, () => {
      this.#open?.delete(flow)
      void flow.close()
    })
  }

  async close(): Promise<void> {
    const flows = [...(this.#open ?? [])]
    this.#open = undefined
    await Promise.all(flows.map((flow) => flow.close()))
  }

  phoneFor(): Phone {
    return this.#phone
  }

  intercept(channel: Channel, from: Address, message: SipMessage): boolean {
    return this.#phone.intercept(channel, from, message)
  }

  onFlowOpen(): void {}

  onFlowLost(): void {}

  onFlowMoved(flow: Flow, from: PhoneTarget): void {
    this.#phone.noteSwitch(flow, from)
  }

  onFlowFailure(): void {}
}
