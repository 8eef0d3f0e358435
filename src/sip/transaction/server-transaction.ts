import { Timer, type TimerOwner } from '../../base/clock.js'
import type { Address } from '../../model/address.js'
import { writeResponse } from '../message/response.js'
import type { SipMessage } from '../message/sip-message.js'
import type { Wire } from '../message/wire.js'
import type { ChannelLike } from './channel.js'
import type { ChannelMember } from './channel-members.js'
import { type IstInput, type IstState, ist } from './ist.js'
import type { LayerCore } from './layer-core.js'
import { type Machine, step } from './machine.js'
import { type NistInput, type NistState, nist } from './nist.js'
import { responseAddress } from './response-address.js'
import type { ServerAction } from './server-action.js'
import type { TimerTable } from './timers.js'

export type ServerState = IstState | NistState
export type ServerInput = IstInput | NistInput

/** The transaction user of a server transaction; without one a CANCEL is answered with 487. */
export interface ServerUser {
  /** A CANCEL for this INVITE, already answered 200; the user answers the INVITE, with 487 as a rule (RFC 3261 9.2). */
  onCancel(tx: ServerTransaction, cancel: SipMessage): void
  /** Timer H: a final response other than 2xx was never acknowledged; the transaction is over. */
  onAckTimeout(tx: ServerTransaction): void
  onTransportFailure(tx: ServerTransaction, text: string): void
}

type ServerMachine = Machine<ServerState, ServerInput, ServerAction>
const machines = { invite: ist as unknown as ServerMachine, other: nist as unknown as ServerMachine }

/** RFC 3261 17.2: one request of the far side and our responses to it. */
export class ServerTransaction implements TimerOwner, ChannelMember {
  readonly key: string
  readonly method: string
  readonly channel: ChannelLike
  /** Where the request came from. */
  readonly from: Address
  /** Where responses go on an unconnected UDP socket (RFC 3261 18.2.2, RFC 3581 4). */
  readonly to: Address | undefined
  user: ServerUser | undefined = undefined
  state: ServerState
  /** Status of the last response, 0 before one was sent. */
  lastStatus = 0
  nextMember: ChannelMember | undefined = undefined
  previousMember: ChannelMember | undefined = undefined
  readonly #core: LayerCore
  readonly #machine: ServerMachine
  readonly #timers: TimerTable
  readonly #receivedMs: number
  /** Made when it is first needed: only for a rejected INVITE over UDP. */
  #resendTimer: Timer | undefined = undefined
  readonly #lifeTimer: Timer = new Timer(this, 'life')
  #request: SipMessage | undefined
  #response: Wire | undefined = undefined
  #resendMs = 0
  #life: ServerInput = 'timer100'
  #localTag = ''
  #failure = ''

  constructor(core: LayerCore, key: string, channel: ChannelLike, from: Address, request: SipMessage) {
    this.#core = core
    this.key = key
    this.method = request.method
    this.channel = channel
    this.from = from
    this.to = channel.reliable ? undefined : responseAddress(request.topVia, from)
    this.#request = request
    this.#machine = request.method === 'INVITE' ? machines.invite : machines.other
    this.#timers = channel.reliable ? core.timers.reliable : core.timers.unreliable
    this.#receivedMs = core.clock.nowMs()
    this.state = this.#machine.initial[0]
  }

  /** Hands the request to the transaction user. */
  start(): void {
    this.#perform(this.#machine.initial, undefined, undefined)
  }

  /**
   * The request; there until the final response has been sent (for INVITE other than 2xx: acknowledged). Afterwards
   * the transaction lives on for 32 s only to absorb copies, and does not keep it.
   */
  get request(): SipMessage {
    if (this.#request === undefined) throw new Error(`the ${this.method} was released with its final response`)
    return this.#request
  }

  /** Our tag for responses: of the request's To, or one made for this transaction (RFC 3261 8.2.6.2, 9.2). */
  get localTag(): string {
    if (this.#localTag === '') this.#localTag = this.#request?.toTag || this.#core.newTag()
    return this.#localTag
  }

  /** Whether a final response can still be given. */
  get isOpen(): boolean {
    return this.state === 'proceeding' || this.state === 'trying'
  }

  /**
   * Sends a response of the transaction user. What the machine has no place for is not sent: a second final
   * response, 1xx other than 100 or an early 100 for a non-INVITE request, and 408 for one (RFC 4320).
   */
  respond(status: number, wire: Wire): void {
    const input = this.#inputFor(status)
    if (input === undefined || step(this.#machine, this.state, input) === undefined) return
    this.#response = wire
    this.lastStatus = status
    this.#step(input, undefined, undefined)
  }

  /** A request that matches (RFC 3261 17.2.3): a copy, or the ACK. */
  receive(from: Address, message: SipMessage): void {
    if (message.method === 'ACK') {
      this.#step('ack', message, from)
      return
    }
    this.#core.count?.receivedAgain?.(this.method, 'request')
    this.#step('request', undefined, undefined)
  }

  /** The channel failed (RFC 3261 17.2.4, RFC 6026 7.1). */
  fail(text: string): void {
    this.#failure = text
    this.#step('transportError', undefined, undefined)
  }

  /** Ends it at once and tells nobody: for the end of a run. */
  abandon(): void {
    this.user = undefined
    this.#terminate()
  }

  onTimer(timer: Timer): void {
    if (timer === this.#lifeTimer) this.#step(this.#life, undefined, undefined)
    else this.#step('timerG', undefined, undefined)
  }

  #inputFor(status: number): ServerInput | undefined {
    if (this.#machine === machines.invite) {
      if (status < 200) return 'send1xx'
      return status < 300 ? 'send2xx' : 'send300-699'
    }
    if (status >= 200) return status === 408 ? 'send408' : 'send200-699'
    return status === 100 && this.#mayTry() ? 'send100' : undefined
  }

  /** RFC 4320 4.1: over UDP not before a client's Timer E has reached T2. */
  #mayTry(): boolean {
    return this.channel.reliable || this.#core.clock.nowMs() - this.#receivedMs >= this.#timers.nonInviteTrying
  }

  #step(input: ServerInput, ack: SipMessage | undefined, from: Address | undefined): void {
    const cell = step(this.#machine, this.state, input)
    if (cell === undefined) return
    this.state = cell[0]
    this.#perform(cell, ack, from)
  }

  #perform(
    cell: readonly [ServerState, ...ServerAction[]],
    ack: SipMessage | undefined,
    from: Address | undefined,
  ): void {
    if (cell[0] === 'terminated') this.#terminate()
    for (let i = 1; i < cell.length; i++) this.#act(cell[i] as ServerAction, ack, from)
  }

  #act(action: ServerAction, ack: SipMessage | undefined, from: Address | undefined): void {
    switch (action) {
      case 'tell':
        this.#core.deliver(this, this.request)
        break
      case 'tellAck':
        this.#core.user.onAck(this.channel, from as Address, ack as SipMessage)
        break
      case 'send':
        this.channel.send(this.#response as Wire, this.to)
        break
      case 'sendTrying':
        this.#sendTrying()
        break
      case 'resend':
        this.#resend()
        break
      case 'ackTimeout':
        this.user?.onAckTimeout(this)
        break
      case 'fail':
        this.user?.onTransportFailure(this, this.#failure)
        break
      // What is only kept to absorb copies keeps no messages that it does not send again.
      case 'forget':
        this.#request = undefined
        this.#response = undefined
        break
      case 'forgetRequest':
        this.#request = undefined
        break
      default:
        this.#setTimer(action)
    }
  }

  #setTimer(action: ServerAction): void {
    const timers = this.#timers
    switch (action) {
      case 'start100':
        this.#startTrying()
        break
      case 'stop100':
      case 'stopH':
        this.#core.clock.disarm(this.#lifeTimer)
        break
      case 'startG':
        this.#resendIn(timers.G)
        break
      case 'backOffG':
        this.#resendIn(Math.min(this.#resendMs * 2, this.#core.timers.t2Ms))
        break
      case 'stopG':
        this.#stopResending()
        break
      case 'startH':
        this.#endIn(timers.H, 'timerH')
        break
      case 'startI':
        this.#endIn(timers.I, 'timerI')
        break
      case 'startJ':
        this.#endIn(timers.J, 'timerJ')
        break
      case 'startL':
        this.#endIn(timers.L, 'timerL')
        break
    }
  }

  #sendTrying(): void {
    if (this.lastStatus !== 0) return
    this.lastStatus = 100
    this.#response = writeResponse(this.request, 100, 'Trying', {})
    this.channel.send(this.#response, this.to)
  }

  #resend(): void {
    if (this.#response === undefined) return
    this.#core.count?.sentAgain?.(this.method, 'response')
    this.channel.send(this.#response, this.to)
  }

  /** Not armed at all in the usual case, in which the user has answered from within `deliver`. */
  #startTrying(): void {
    if (this.lastStatus !== 0 || !this.isOpen) return
    this.#endIn(this.method === 'INVITE' ? this.#timers.inviteTrying : this.#timers.nonInviteTrying, 'timer100')
  }

  /** Zero means never: reliable transports do not repeat. */
  #resendIn(ms: number): void {
    this.#resendMs = ms
    if (ms <= 0) return
    this.#resendTimer ??= new Timer(this, 'resend')
    this.#core.clock.arm(this.#resendTimer, ms)
  }

  #stopResending(): void {
    if (this.#resendTimer) this.#core.clock.disarm(this.#resendTimer)
  }

  #endIn(ms: number, timer: ServerInput): void {
    this.#life = timer
    if (ms > 0) this.#core.clock.arm(this.#lifeTimer, ms)
    else this.#step(timer, undefined, undefined)
  }

  #terminate(): void {
    this.state = 'terminated'
    this.#request = undefined
    this.#stopResending()
    this.#core.clock.disarm(this.#lifeTimer)
    this.#core.forgetServer(this)
  }
}
