import { Phone } from '../../src/agent/phone.js'
import type { PhoneObserver } from '../../src/agent/phone-observer.js'
import type { PhoneProfile, PhoneTarget, TargetSource } from '../../src/agent/profile.js'
import type { RegistrationOutcome } from '../../src/agent/registration.js'
import { Stack } from '../../src/agent/stack.js'
import { after } from '../../src/base/clock.js'
import { Rng } from '../../src/base/rng.js'
import { VirtualClock } from '../../src/base/virtual-clock.js'
import { type Address, formatAddress } from '../../src/model/address.js'
import { usualTerminal } from '../../src/model/terminal.js'
import { writeResponse } from '../../src/sip/message/response.js'
import { SipMessage } from '../../src/sip/message/sip-message.js'
import { toBytes, type Wire } from '../../src/sip/message/wire.js'
import { timerValues } from '../../src/sip/transaction/timers.js'
import { TargetGuard } from '../../src/transport/guard.js'
import { identity, MemoryChannel } from './bench.js'

export const targetAt = (name: string, host: string): PhoneTarget => ({
  name,
  address: { host, port: 5060 },
  host,
  path: '/',
})

/** What a server answers: a status with further header lines, or nothing at all. */
export type Reaction = { readonly status: number; readonly lines?: string } | undefined

class SocketToAll extends MemoryChannel {
  to: (bytes: Uint8Array, to: Address | undefined) => void = () => {}
  readonly keptAlive: string[] = []

  override keepAlive(to?: Address): void {
    this.keptAlive.push(to ? formatAddress(to) : 'nowhere')
  }

  override send(wire: Wire, to?: Address): void {
    this.to(toBytes(wire), to)
  }
}

/** A UDP phone on virtual time before several servers, each of which reacts as the test says. */
export class TargetStation implements PhoneObserver {
  readonly clock = new VirtualClock(1000)
  readonly phone: Phone
  readonly stack: Stack
  /** What each server got, such as `REGISTER 10.0.0.1:5060`, with the time. */
  readonly sent: { readonly atMs: number; readonly method: string; readonly to: string }[] = []
  readonly switches: string[] = []
  /** Where keep-alives went. */
  readonly keptAlive: readonly string[]
  readonly outcomes: RegistrationOutcome[] = []
  react: (host: string, request: SipMessage) => Reaction = () => ({ status: 200 })

  constructor(targets: readonly PhoneTarget[], places: TargetSource | undefined, change: Partial<PhoneProfile> = {}) {
    this.stack = new Stack({
      clock: this.clock,
      rng: new Rng(4, 'stack'),
      timers: timerValues(),
      guard: new TargetGuard([]),
      media: undefined,
      userAgent: 'bench',
      avoidFailedTargetMs: 30_000,
    })
    const profile: PhoneProfile = {
      group: 'phone',
      transport: 'udp',
      expiresSeconds: 600,
      outboundFlows: 0,
      media: 'none',
      srtpSuites: [],
      webrtc: undefined,
      codecs: ['PCMU'],
      answerOrder: 'offer',
      comfortNoise: false,
      ptimeMs: 20,
      audio: { kind: 'silence' },
      terminal: usualTerminal,
      marks: false,
      listening: 0,
      socket: 'phone',
      sourceAddresses: [],
      reliableProvisionals: 'no',
      sessionTimer: undefined,
      tls: undefined,
      ws: undefined,
      targets,
      places,
      connectTimeoutMs: 1000,
      ...change,
    }
    this.phone = new Phone(this.stack, profile, identity('1001'), 0, this)
    const channel = new SocketToAll(this.clock, { host: '127.0.0.1', port: 5060 })
    this.keptAlive = channel.keptAlive
    channel.to = (bytes, to) => this.#serve(channel, bytes, to)
    const [flow] = this.phone.flows
    if (!flow) throw new Error('the phone has no flow')
    flow.share(channel)
    this.stack.own(channel, flow)
  }

  #serve(channel: MemoryChannel, bytes: Uint8Array, to: Address | undefined): void {
    const request = SipMessage.parse(bytes)
    if (!request.isRequest || request.method === 'ACK' || !to) return
    this.sent.push({ atMs: this.clock.nowMs(), method: request.method, to: formatAddress(to) })
    const reaction = this.react(to.host, request)
    if (!reaction) return
    const granted = request.method === 'REGISTER' && reaction.status === 200
    const contact = granted ? `Contact: ${request.get('Contact') ?? ''}\r\n` : ''
    const lines = contact + (reaction.lines ?? '')
    const text = writeResponse(request, reaction.status, '', { toTag: 'server', lines })
    after(this.clock, 1, () => this.stack.onMessage(channel, to, text, this.clock.nowMs()))
  }

  /** How many requests of a method each server got. */
  counts(method: string): Record<string, number> {
    const counts: Record<string, number> = {}
    for (const each of this.sent) if (each.method === method) counts[each.to] = (counts[each.to] ?? 0) + 1
    return counts
  }

  onIncoming(): boolean {
    return false
  }
  onTransferAsked(): undefined {
    return undefined
  }
  onTransferEnded(): void {}
  onRegistered(_phone: Phone, outcome: RegistrationOutcome): void {
    this.outcomes.push(outcome)
  }
  onConnected(): void {}
  onConnectionLost(): void {}
  onTargetSwitched(_phone: Phone, from: string, to: string): void {
    this.switches.push(`${from} to ${to}`)
  }
}
