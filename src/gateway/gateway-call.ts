import type { SipMessage } from '../sip/message/sip-message.js'
import type { CallFault } from './fault-plan.js'
import type { CallStatistics, RelayCounters, StreamStatistics } from './gateway-statistics.js'
import type { RelayPort } from './relay-port.js'
import type { RelayPortRange } from './relay-port-range.js'
import { relaySdp } from './relay-sdp.js'

export type Side = 'caller' | 'callee'

/** Both sides of one media description. `caller` faces the caller: what it receives is the caller's voice. */
interface RelayedStream {
  readonly media: number
  readonly caller: RelayPort
  readonly callee: RelayPort
}

const opposite = { caller: 'callee', callee: 'caller' } as const

/** One call through the gateway: who is the caller, what is done to it, and its relayed streams. */
export class GatewayCall {
  readonly number: number
  readonly callId: string
  readonly callerTag: string
  readonly fault: CallFault
  state: 'setup' | 'answered' | 'ended' = 'setup'
  status = 0
  /** Clock time of the last message. */
  touchedMs: number
  swapped: GatewayCall | undefined
  /** Whether the last message had a stream for which the range had no port. */
  lacksPorts = false
  #swappedWith: number | undefined
  #streams: RelayedStream[] = []
  /** Kept beyond the end: packets that were held may still be counted as discarded. */
  readonly #counters: { media: number; caller: RelayCounters; callee: RelayCounters }[] = []
  readonly #ports: RelayPortRange | undefined
  readonly #host: string

  constructor(
    invite: SipMessage,
    plan: { readonly number: number; readonly fault: CallFault; readonly nowMs: number },
    ports: RelayPortRange | undefined,
    host: string,
  ) {
    this.number = plan.number
    this.fault = plan.fault
    this.touchedMs = plan.nowMs
    this.callId = invite.callId
    this.callerTag = invite.fromTag
    this.#ports = ports
    this.#host = host
  }

  /** Which side sent a request within the call. */
  sideOf(request: SipMessage): Side {
    return request.fromTag === this.callerTag ? 'caller' : 'callee'
  }

  get hasMedia(): boolean {
    return this.#streams.length > 0
  }

  /** The body for the other side when it is SDP; undefined leaves it as it is. */
  relay(message: SipMessage, from: Side): string | undefined {
    this.lacksPorts = false
    if (!this.#ports || this.state === 'ended' || !isSdp(message)) return undefined
    const body = message.bodyText
    const relayed = relaySdp(body, this.#host, (index, wanted) => {
      const stream = this.#streamAt(index)
      if (!stream) return undefined
      stream[from].direct(wanted)
      const { port } = stream[opposite[from]]
      return { rtp: port, rtcp: port + 1 }
    })
    return relayed === body ? undefined : relayed
  }

  /** Exchanges the audio of two calls: each callee hears the other call's caller, and each caller the other's callee. */
  swapWith(other: GatewayCall): void {
    this.swapped = other
    other.swapped = this
    this.#swappedWith = other.number
    other.#swappedWith = this.number
    this.#connect()
    other.#connect()
  }

  /** Whether a packet came since the last time this was asked. */
  wasActive(): boolean {
    let active = false
    for (const { caller, callee } of this.#streams) {
      active ||= caller.active || callee.active
      caller.active = false
      callee.active = false
    }
    return active
  }

  end(): void {
    if (this.state === 'ended') return
    this.state = 'ended'
    const partner = this.swapped
    this.swapped = undefined
    if (partner) {
      partner.swapped = undefined
      partner.#connect()
    }
    for (const { caller, callee } of this.#streams) {
      this.#ports?.close(caller)
      this.#ports?.close(callee)
    }
    this.#streams = []
  }

  statistics(): CallStatistics {
    return {
      number: this.number,
      callId: this.callId,
      fault: this.fault,
      swappedWith: this.#swappedWith,
      state: this.state,
      status: this.status,
      streams: this.#streamStatistics(),
    }
  }

  #streamAt(index: number): RelayedStream | undefined {
    const known = this.#streams.find((stream) => stream.media === index)
    if (known) return known
    const caller = this.#ports?.open()
    const callee = caller && this.#ports?.open()
    if (!caller || !callee) {
      if (caller) this.#ports?.close(caller)
      this.lacksPorts = true
      return undefined
    }
    caller.muted = this.fault === 'mute-caller'
    callee.muted = this.fault === 'mute-callee'
    const stream = { media: index, caller, callee }
    this.#streams.push(stream)
    this.#counters.push({ media: index, caller: caller.counters, callee: callee.counters })
    this.#connect()
    return stream
  }

  /** Where each port's packets go: to the other side of this call, or of the one it is swapped with. */
  #connect(): void {
    for (const { media, caller, callee } of this.#streams) {
      const there = this.swapped ? this.swapped.#streams.find((stream) => stream.media === media) : undefined
      caller.sink = there?.callee ?? callee
      callee.sink = there?.caller ?? caller
    }
  }

  #streamStatistics(): StreamStatistics[] {
    return this.#counters.flatMap(({ media, caller, callee }) => [
      { media, direction: 'caller-to-callee' as const, ...caller },
      { media, direction: 'callee-to-caller' as const, ...callee },
    ])
  }
}

const isSdp = (message: SipMessage): boolean =>
  message.body.length > 0 && /^application\/sdp\b/i.test(message.get('Content-Type') ?? '')
