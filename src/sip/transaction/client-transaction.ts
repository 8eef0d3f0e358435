import { Timer, type TimerOwner } from '../../base/clock.js'
import type { Address } from '../../model/address.js'
import type { SipMessage } from '../message/sip-message.js'
import type { Wire } from '../message/wire.js'
import type { ChannelLike } from './channel.js'
import type { ChannelMember } from './channel-members.js'
import type { ClientAction } from './client-action.js'
import { ackFor, cancelFor } from './hop-request.js'
import { type IctInput, type IctState, ict } from './ict.js'
import type { LayerCore } from './layer-core.js'
import { type Machine, step } from './machine.js'
import { type NictInput, type NictState, nict } from './nict.js'
import type { TimerTable } from './timers.js'

export type ClientState = IctState | NictState
export type ClientInput = IctInput | NictInput

/** The transaction user of a client transaction. */
export interface ClientUser {
  /** Every provisional response; the final one once; for INVITE every 2xx that comes until Timer M. */
  onResponse(tx: ClientTransaction, response: SipMessage): void
  /** No final response within 64*T1; the transaction is over. */
  onTimeout(tx: ClientTransaction, timer: 'B' | 'F'): void
  /** The request could not be sent, or the connection went; the transaction is over. */
  onTransportFailure(tx: ClientTransaction, text: string): void
}

export interface ClientRequest {
  readonly channel: ChannelLike
  /** Where to send on an unconnected UDP socket. */
  readonly to?: Address | undefined
  /** The whole request; its top Via carries `branch`. It must not be changed afterwards. */
  readonly wire: Wire
  readonly method: string
  readonly branch: string
}

// One generic shape for both machines: a state only ever meets the inputs of its own machine.
type ClientMachine = Machine<ClientState, ClientInput, ClientAction>
const machines = { invite: ict as unknown as ClientMachine, other: nict as unknown as ClientMachine }

/** RFC 3261 17.1: one request of ours and its responses on one hop. Made by `TransactionLayer.request`. */
export class ClientTransaction implements TimerOwner, ChannelMember {
  readonly method: string
  readonly branch: string
  readonly channel: ChannelLike
  readonly to: Address | undefined
  /** Without a user, responses that still come count as stray; setting it undefined lets the user be forgotten. */
  user: ClientUser | undefined
  state: ClientState
  /** Final status, 0 before it. */
  finalStatus = 0
  /** Times the request was sent again. */
  retransmissions = 0
  nextMember: ChannelMember | undefined = undefined
  previousMember: ChannelMember | undefined = undefined
  readonly #core: LayerCore
  readonly #machine: ClientMachine
  readonly #timers: TimerTable
  /** Made when it is first needed: on reliable transports never. */
  #resendTimer: Timer | undefined = undefined
  readonly #lifeTimer: Timer = new Timer(this, 'life')
  /** Empty once it is never sent again. */
  #wire: Wire
  #resendMs = 0
  /** Which timer of the RFC `#lifeTimer` stands for at the moment. */
  #life: ClientInput = 'timerB'
  #cancelUser: ClientUser | undefined = undefined
  #failure = ''

  constructor(core: LayerCore, request: ClientRequest, user: ClientUser) {
    this.#core = core
    this.method = request.method
    this.branch = request.branch
    this.channel = request.channel
    this.to = request.to
    this.user = user
    this.#wire = request.wire
    this.#machine = request.method === 'INVITE' ? machines.invite : machines.other
    this.#timers = request.channel.reliable ? core.timers.reliable : core.timers.unreliable
    this.state = this.#machine.initial[0]
  }

  /** Sends the request and starts its timers. */
  start(): void {
    this.#perform(this.#machine.initial, undefined)
  }

  /** A response that matches (RFC 3261 17.1.3). */
  receive(response: SipMessage): void {
    const status = response.status
    const machine = this.#machine
    if (status < 200) this.#step('1xx', response)
    else {
      if (this.finalStatus === 0) this.finalStatus = status
      else this.#core.count?.receivedAgain?.(this.method, 'response')
      this.#step(machine === machines.other ? '200-699' : status < 300 ? '2xx' : '300-699', response)
    }
  }

  /**
   * Cancels an INVITE (RFC 3261 9.1): now when a provisional response has come, otherwise with the first one; not at
   * all once there is a final response. `user` hears the CANCEL's own responses. When no final response follows
   * within 64*T1 the INVITE's user is told `onTimeout`.
   */
  cancel(user: ClientUser): void {
    if (this.#cancelUser) return
    this.#cancelUser = user
    this.#step('cancel', undefined)
  }

  /** The channel failed: RFC 3261 17.1.4. */
  fail(text: string): void {
    this.#failure = text
    this.#step('transportError', undefined)
  }

  /** Ends it at once and tells nobody: for the end of a run. */
  abandon(): void {
    this.user = undefined
    this.#terminate()
  }

  onTimer(timer: Timer): void {
    if (timer === this.#lifeTimer) this.#step(this.#life, undefined)
    else this.#step(this.#machine === machines.other ? 'timerE' : 'timerA', undefined)
  }

  #step(input: ClientInput, response: SipMessage | undefined): void {
    const cell = step(this.#machine, this.state, input)
    if (cell === undefined) return
    this.state = cell[0]
    this.#perform(cell, response)
  }

  #perform(cell: readonly [ClientState, ...ClientAction[]], response: SipMessage | undefined): void {
    if (cell[0] === 'terminated') this.#terminate()
    for (let i = 1; i < cell.length; i++) this.#act(cell[i] as ClientAction, response)
  }

  #act(action: ClientAction, response: SipMessage | undefined): void {
    switch (action) {
      case 'send':
        this.channel.send(this.#wire, this.to)
        break
      case 'resend':
        this.#resend()
        break
      case 'tell':
        this.#tell(response as SipMessage)
        break
      case 'ack':
        this.channel.send(ackFor(this.#wire, response as SipMessage), this.to)
        break
      case 'timeout':
        this.user?.onTimeout(this, this.#machine === machines.other ? 'F' : 'B')
        break
      case 'fail':
        this.user?.onTransportFailure(this, this.#failure)
        break
      case 'sendCancel':
        this.#sendCancel()
        break
      default:
        this.#setTimer(action)
    }
  }

  #setTimer(action: ClientAction): void {
    const timers = this.#timers
    switch (action) {
      case 'startA':
        this.#resendIn(timers.A)
        break
      case 'startE':
        this.#resendIn(timers.E)
        break
      case 'doubleA':
        this.#resendIn(this.#resendMs * 2)
        break
      case 'backOffE':
        this.#resendIn(Math.min(this.#resendMs * 2, this.#core.timers.t2Ms))
        break
      case 'slowE':
        this.#resendIn(this.#core.timers.t2Ms)
        break
      case 'stopA':
      case 'stopE':
        this.#stopResending()
        break
      case 'startB':
        this.#endIn(timers.B, 'timerB')
        break
      case 'startD':
        this.#endIn(timers.D, 'timerD')
        break
      case 'startF':
        this.#endIn(timers.F, 'timerF')
        break
      case 'startK':
        this.#linger(timers.K, 'timerK')
        break
      case 'startM':
        this.#linger(timers.M, 'timerM')
        break
      case 'stopB':
      case 'stopF':
        this.#core.clock.disarm(this.#lifeTimer)
        break
    }
  }

  #tell(response: SipMessage): void {
    const { user } = this
    // A final response is the last that the user of a non-INVITE hears, and nothing holds the user any longer.
    if (this.#machine === machines.other && response.status >= 200) this.user = undefined
    if (user) user.onResponse(this, response)
    else this.#core.user.onStrayResponse(this.channel, response)
  }

  #resend(): void {
    this.retransmissions++
    this.#core.count?.sentAgain?.(this.method, 'request')
    this.channel.send(this.#wire, this.to)
  }

  #sendCancel(): void {
    const user = this.#cancelUser
    if (user === undefined) return
    this.#endIn(this.#timers.B, 'timerB')
    const wire = cancelFor(this.#wire)
    this.#core.request({ channel: this.channel, to: this.to, wire, method: 'CANCEL', branch: this.branch }, user)
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

  #endIn(ms: number, timer: ClientInput): void {
    this.#life = timer
    if (ms > 0) this.#core.clock.arm(this.#lifeTimer, ms)
    else this.#step(timer, undefined)
  }

  /** Only waits for copies from now on: the request is never sent again and a lost channel no longer matters. */
  #linger(ms: number, timer: ClientInput): void {
    this.#wire = ''
    this.#stopResending()
    this.#resendTimer = undefined
    this.#core.members.remove(this)
    this.#endIn(ms, timer)
  }

  #terminate(): void {
    this.state = 'terminated'
    this.#stopResending()
    this.#core.clock.disarm(this.#lifeTimer)
    this.#core.forgetClient(this)
  }
}
