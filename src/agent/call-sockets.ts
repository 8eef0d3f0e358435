import { after } from '../base/clock.js'
import type { Address } from '../model/address.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import { type Channel, isTransportFailure } from '../transport/transport.js'
import { Flow, type FlowOwner } from './flow.js'
import type { Phone } from './phone.js'
import type { PhoneTarget } from './profile.js'
import type { Session } from './session.js'

/** `socket: call`: each call that a phone places has a UDP socket of its own. */
export class CallSockets implements FlowOwner {
  readonly #phone: Phone
  readonly #targets: readonly PhoneTarget[]
  readonly #source: string | undefined
  readonly #open = new Set<Flow>()

  constructor(phone: Phone, targets: readonly PhoneTarget[], source: string | undefined) {
    this.#phone = phone
    this.#targets = targets
    this.#source = source
  }

  /** Starts a call that we place, on a socket of its own where the group wants that. */
  start(session: Session, start: () => void): void {
    const { socket, transport } = this.#phone.profile
    if (socket === 'call' && transport === 'udp') void this.#openFor(session, start)
    else start()
  }

  /** A session that has ended before its socket is open is left alone. */
  async #openFor(session: Session, start: () => void): Promise<void> {
    const { stack, profile } = this.#phone
    const flow = new Flow(stack, profile, this.#targets, this, 1, this.#source)
    this.#open.add(flow)
    const failure = await flow.open()
    if (session.state !== 'calling' || (failure && isTransportFailure(failure))) {
      this.#open.delete(flow)
      await flow.close()
      if (failure) session.fail('transport', 0, failure.text)
      return
    }
    session.flow = flow
    start()
  }

  /** The call is over: its socket stays for as long as copies of its last messages may come (64*T1). */
  release(flow: Flow | undefined): void {
    if (!flow || !this.#open.has(flow)) return
    const { stack } = this.#phone
    after(stack.clock, stack.timers.giveUpMs, () => {
      this.#open.delete(flow)
      void flow.close()
    })
  }

  async close(): Promise<void> {
    const flows = [...this.#open]
    this.#open.clear()
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

  onFlowFailure(): void {}
}
