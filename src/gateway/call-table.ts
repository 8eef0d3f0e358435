import { type Clock, Timer, type TimerOwner } from '../base/clock.js'
import type { Rng } from '../base/rng.js'
import { openRelaySockets } from '../media/relay-sockets.js'
import type { DtlsIdentity } from '../media/webrtc/dtls/dtls-identity.js'
import type { GatewayFaults } from '../model/scenario.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import { DelayLine } from './delay-line.js'
import { callFault } from './fault-plan.js'
import { GatewayCall } from './gateway-call.js'
import type { GatewayOptions } from './gateway-options.js'
import { type CallStatistics, type GatewayCounters, noRelayCounters, type RelayCounters } from './gateway-statistics.js'
import type { LegKind } from './leg-media.js'
import type { RelayContext } from './relay-port.js'
import { RelayPortRange } from './relay-port-range.js'

/** So many ended calls are remembered one by one; of older ones only the sums. */
const HISTORY = 10_000
const SWEEP_MS = 10_000

/** The calls through the gateway and the relay they share. Numbers and sums go on through restarts. */
export class CallTable implements TimerOwner {
  readonly #options: GatewayOptions
  readonly #clock: Clock
  readonly #counters: GatewayCounters
  readonly #context: RelayContext
  readonly #ports: RelayPortRange
  readonly #active = new Map<string, GatewayCall>()
  readonly #ended: GatewayCall[] = []
  readonly #past = noRelayCounters()
  readonly #sweep = new Timer(this, 'sweep')
  /** Waits for the next call to be answered, to exchange audio with it. */
  #toSwap: GatewayCall | undefined
  #number = 0

  constructor(options: GatewayOptions, clock: Clock, rng: Rng, counters: GatewayCounters) {
    this.#options = options
    this.#clock = clock
    this.#counters = counters
    const { faults } = options
    const sockets = openRelaySockets(clock)
    this.#context = { clock, sockets, line: new DelayLine(clock), rng, faults, identity: undefined, up: true }
    this.#ports = new RelayPortRange(options.host, options.rtpPorts, this.#context)
  }

  get activeCount(): number {
    return this.#active.size
  }

  get openPorts(): number {
    return this.#ports.openCount
  }

  /** What parties with WebRTC are shown; without it their media passes as it is. */
  set identity(identity: DtlsIdentity) {
    this.#context.identity = identity
  }

  /** Whether media is relayed at all. */
  set relayUp(up: boolean) {
    this.#context.up = up
    if (!up) this.#context.line.clear()
  }

  /** The calls go on without their streams, as when the relay beside a proxy has died. */
  loseMedia(): void {
    for (const call of this.#active.values()) call.loseMedia()
  }

  set faults(faults: GatewayFaults) {
    this.#context.faults = faults
  }

  /** Begins the call of an initial INVITE; undefined when its Call-ID is in use. */
  begin(invite: SipMessage, callerMedia: LegKind | undefined): GatewayCall | undefined {
    if (this.#active.has(invite.callId)) return undefined
    const number = this.#number++
    const fault = callFault(number, this.#context.faults)
    const plan = { number, fault, nowMs: this.#clock.nowMs(), callerMedia }
    const call = new GatewayCall(invite, plan, this.#options.relay ? this.#ports : undefined, this.#options.host)
    this.#active.set(call.callId, call)
    this.#counters.callsAttempted++
    if (!this.#sweep.armed) this.#clock.arm(this.#sweep, SWEEP_MS)
    return call
  }

  /** The call that a message belongs to. */
  of(message: SipMessage): GatewayCall | undefined {
    const call = this.#active.get(message.callId)
    if (call) call.touchedMs = this.#clock.nowMs()
    return call
  }

  answered(call: GatewayCall): void {
    if (call.state !== 'setup') return
    call.state = 'answered'
    call.status = 200
    this.#counters.callsAnswered++
    if (call.fault === 'mute-caller') this.#counters.mutedCaller++
    if (call.fault === 'mute-callee') this.#counters.mutedCallee++
    if (!call.hasMedia) return
    const waiting = this.#toSwap
    if (waiting && waiting.state === 'answered') {
      this.#toSwap = undefined
      this.#counters.swaps++
      waiting.swapWith(call)
    } else if (call.fault === 'swap') this.#toSwap = call
  }

  end(call: GatewayCall, status = call.status): void {
    if (call.state === 'ended') return
    call.status = status
    call.end()
    this.#counters.callsEnded++
    this.#active.delete(call.callId)
    if (this.#toSwap === call) this.#toSwap = undefined
    this.#ended.push(call)
    if (this.#ended.length < 2 * HISTORY) return
    for (const old of this.#ended.splice(0, HISTORY)) addAll(this.#past, old)
  }

  /** All calls are lost, as in a restart. */
  endAll(): void {
    for (const call of [...this.#active.values()]) this.end(call)
    this.#context.line.clear()
    this.#clock.disarm(this.#sweep)
  }

  /** For good. */
  close(): void {
    this.endAll()
    this.#context.sockets.close()
  }

  /** Sums over all streams of all calls. */
  relayed(): RelayCounters {
    const sums = { ...this.#past }
    for (const call of this.#ended) addAll(sums, call)
    for (const call of this.#active.values()) addAll(sums, call)
    return sums
  }

  statistics(): CallStatistics[] {
    return [...this.#ended, ...this.#active.values()]
      .map((call) => call.statistics())
      .sort((a, b) => a.number - b.number)
  }

  /** Frees calls that nobody ends: their parties are gone. */
  onTimer(): void {
    const now = this.#clock.nowMs()
    for (const call of [...this.#active.values()]) {
      if (call.wasActive()) call.touchedMs = now
      else if (now - call.touchedMs > this.#options.idleSeconds * 1000) this.end(call)
    }
    if (this.#active.size > 0) this.#clock.arm(this.#sweep, SWEEP_MS)
  }
}

function addAll(sums: RelayCounters, call: GatewayCall): void {
  for (const stream of call.statistics().streams) {
    for (const name of Object.keys(sums) as (keyof RelayCounters)[]) sums[name] += stream[name]
  }
}
