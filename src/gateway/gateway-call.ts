import type { SipMessage } from '../sip/message/sip-message.js'
import type { CallFault } from './fault-plan.js'
import type { CallStatistics, RelayCounters, StreamStatistics } from './gateway-statistics.js'
import type { KeyingSection, LegDescription, LegKind } from './leg-media.js'
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

/** How a description travels (RFC 3264). */
export interface Passage {
  readonly from: Side
  readonly role: 'offer' | 'answer'
  /** What the callee's phone registered for, where it is known. */
  readonly calleeMedia: LegKind | undefined
}

const opposite = { caller: 'callee', callee: 'caller' } as const

export interface CallPlan {
  readonly number: number
  readonly fault: CallFault
  readonly nowMs: number
  /** What the caller registered for; undefined when nobody knows. */
  readonly callerMedia: LegKind | undefined
}

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
  /** Whether the last description was an offer. */
  awaitsAnswer = false
  /** Why SRTP of the last message cannot be had. */
  keyingProblem: string | undefined
  /** What the caller registered for. */
  readonly #callerMedia: LegKind | undefined
  #swappedWith: number | undefined
  #streams: RelayedStream[] = []
  /** Kept beyond the end: packets that were held may still be counted as discarded. */
  readonly #counters: { media: number; caller: RelayCounters; callee: RelayCounters }[] = []
  readonly #ports: RelayPortRange | undefined
  readonly #host: string

  constructor(invite: SipMessage, plan: CallPlan, ports: RelayPortRange | undefined, host: string) {
    this.number = plan.number
    this.fault = plan.fault
    this.touchedMs = plan.nowMs
    this.callId = invite.callId
    this.callerTag = invite.fromTag
    this.#callerMedia = plan.callerMedia
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
  relay(message: SipMessage, passage: Passage): string | undefined {
    const { from, role } = passage
    this.lacksPorts = false
    this.keyingProblem = undefined
    if (!this.#ports || this.state === 'ended' || !isSdp(message)) return undefined
    const body = message.bodyText
    this.awaitsAnswer = role === 'offer'
    const relayed = relaySdp(body, this.#host, (index, wanted, section) => {
      const stream = this.#streamAt(index)
      if (!stream) return undefined
      const [near, far] = [stream[from], stream[opposite[from]]]
      near.direct(wanted)
      const description = this.#key(near, far, passage, section)
      const endsWebRtc = near.leg.kind === 'webrtc' || far.leg.kind === 'webrtc'
      return { rtp: far.port, rtcp: far.port + 1, description, endsWebRtc }
    })
    return relayed === body ? undefined : relayed
  }

  /** Takes from one party's description what keys its leg, and says what the other party's is to be. */
  #key(near: RelayPort, far: RelayPort, passage: Passage, section: KeyingSection): LegDescription | undefined {
    const { from, role, calleeMedia } = passage
    const isCallers = from === 'caller'
    const asked = isCallers ? near.leg.kind : (calleeMedia ?? near.leg.kind)
    this.keyingProblem =
      (role === 'offer' ? near.leg.takeOffer(section) : near.leg.takeAnswer(asked ?? 'rtp', section)) ??
      this.keyingProblem
    const spoken = near.leg.kind ?? 'rtp'
    // Each branch of a forked call leads to a phone of its own, so what that registered for comes first.
    const wished = isCallers ? (calleeMedia ?? far.leg.kind) : (far.leg.kind ?? this.#callerMedia)
    const kind = spoken === 'other' ? spoken : (wished ?? spoken)
    const description = role === 'offer' ? far.leg.writeOffer(kind, section.profile) : far.leg.writeAnswer()
    near.useKeys()
    far.useKeys()
    return description
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
    this.loseMedia()
  }

  /** Closes its ports; a later description opens new ones. */
  loseMedia(): void {
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
    caller.party = 'caller'
    callee.party = 'callee'
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
