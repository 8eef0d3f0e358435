import { Phone } from '../../src/agent/phone.js'
import type { PhoneObserver } from '../../src/agent/phone-observer.js'
import type { Identity, PhoneProfile } from '../../src/agent/profile.js'
import type { RegistrationOutcome } from '../../src/agent/registration.js'
import type { Session } from '../../src/agent/session.js'
import type { Ending, SessionObserver } from '../../src/agent/session-observer.js'
import { Stack } from '../../src/agent/stack.js'
import { after } from '../../src/base/clock.js'
import { Rng } from '../../src/base/rng.js'
import { VirtualClock } from '../../src/base/virtual-clock.js'
import type { StreamPort } from '../../src/media/stream-port.js'
import type { Address } from '../../src/model/address.js'
import { usualTerminal } from '../../src/model/terminal.js'
import { type ResponseOptions, writeResponse } from '../../src/sip/message/response.js'
import { SipMessage } from '../../src/sip/message/sip-message.js'
import { toBytes, toWire, type Wire } from '../../src/sip/message/wire.js'
import { timerValues } from '../../src/sip/transaction/timers.js'
import { TargetGuard } from '../../src/transport/guard.js'
import type { Channel } from '../../src/transport/transport.js'

let nextChannelId = 100_000

/** A channel without a socket: what is sent is handed over 1 ms later. */
export class MemoryChannel implements Channel {
  readonly id = nextChannelId++
  readonly transport = 'udp'
  readonly reliable = false
  readonly secure = false
  readonly remote = undefined
  readonly queuedBytes = 0
  readonly local: Address
  readonly #clock: VirtualClock
  #deliver: (bytes: Uint8Array) => void = () => {}

  constructor(clock: VirtualClock, local: Address) {
    this.#clock = clock
    this.local = local
  }

  connect(deliver: (bytes: Uint8Array) => void): void {
    this.#deliver = deliver
  }

  send(wire: Wire): void {
    after(this.#clock, 1, () => this.#deliver(toBytes(wire)))
  }

  keepAlive(): void {}

  close(): Promise<void> {
    return Promise.resolve()
  }
}

const defaultProfile: PhoneProfile = {
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
  targets: [{ name: 'gateway', address: { host: '127.0.0.9', port: 5060 }, host: '127.0.0.9', path: '/' }],
  connectTimeoutMs: 1000,
}

export const identity = (user: string): Identity => ({
  aor: `sip:${user}@lab.test`,
  user,
  domain: 'lab.test',
  displayName: '',
  authUser: user,
  password: `p${user}`,
  headerLines: '',
  variables: { n: 0 },
})

/** Writes down what a session tells. */
export class Witness implements SessionObserver {
  readonly told: string[] = []
  ending: Ending | undefined
  onProgress(_session: Session, status: number): void {
    this.told.push(`progress ${status}`)
  }
  onAnswered(): void {
    this.told.push('answered')
  }
  onEnded(_session: Session, ending: Ending): void {
    this.ending = ending
    this.told.push(`ended ${ending.outcome}`)
  }
  onDtmf(_session: Session, digits: string): void {
    this.told.push(`digit ${digits}`)
  }
  onTrace(): void {}
}

/** One phone with its own stack. */
export class Station implements PhoneObserver {
  readonly stack: Stack
  readonly phone: Phone
  readonly channel: MemoryChannel
  readonly incoming: { readonly session: Session; readonly witness: Witness }[] = []
  readonly registrations: (RegistrationOutcome & { readonly refresh: boolean })[] = []
  readonly transfers: string[] = []
  /** What a REFER to this phone is told. */
  transferRefusal: string | undefined
  /** Done with each call that comes in. */
  whenCalled: (session: Session) => void = () => {}

  constructor(
    clock: VirtualClock,
    user: string,
    host: string,
    overrides: Partial<PhoneProfile> = {},
    media: StreamPort | undefined = undefined,
  ) {
    this.stack = new Stack({
      clock,
      rng: new Rng(7, user),
      timers: timerValues(),
      guard: new TargetGuard([]),
      media,
      userAgent: 'bench',
    })
    this.phone = new Phone(this.stack, { ...defaultProfile, ...overrides }, identity(user), 0, this)
    this.channel = new MemoryChannel(clock, { host, port: 5060 })
    const flow = this.phone.flows[0]
    if (!flow) throw new Error('the phone has no flow')
    flow.share(this.channel)
    this.stack.own(this.channel, flow)
  }

  hear(from: Address, bytes: Uint8Array): void {
    this.stack.onMessage(this.channel, from, bytes, this.stack.clock.nowMs())
  }

  onIncoming(_phone: Phone, session: Session): boolean {
    const witness = new Witness()
    session.observer = witness
    this.incoming.push({ session, witness })
    this.whenCalled(session)
    return true
  }
  onTransferAsked(_phone: Phone, uri: string): string | undefined {
    this.transfers.push(uri)
    return this.transferRefusal
  }
  onTransferEnded(): void {}
  onRegistered(_phone: Phone, outcome: RegistrationOutcome, refresh: boolean): void {
    this.registrations.push({ ...outcome, refresh })
  }
  onConnected(): void {}
  onConnectionLost(): void {}
}

/** A description that any caller of ours accepts. */
export const sdp = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.9',
  's=-',
  'c=IN IP4 127.0.0.9',
  't=0 0',
  'm=audio 4000 RTP/AVP 0',
  'a=rtpmap:0 PCMU/8000',
  '',
].join('\r\n')

const contact = 'Contact: <sip:peer@127.0.0.9:5060>\r\n'

/** A phone of ours against a far side that the test plays by hand, on virtual time. */
export class Bench {
  readonly clock = new VirtualClock(1000)
  readonly station: Station
  /** Everything that the phone sent, oldest first. */
  readonly heard: SipMessage[] = []
  /** Called with each message from the phone. */
  answer: (message: SipMessage) => void = () => {}
  readonly #address: Address = { host: '127.0.0.9', port: 5060 }
  #taken = 0
  #branches = 0

  constructor(overrides: Partial<PhoneProfile> = {}) {
    this.station = new Station(this.clock, '1001', '127.0.0.1', overrides)
    this.station.channel.connect((bytes) => {
      const message = SipMessage.parse(bytes)
      this.heard.push(message)
      this.answer(message)
    })
  }

  get phone(): Phone {
    return this.station.phone
  }

  /** `INVITE`, `200 INVITE`, in order. */
  get summaries(): string[] {
    return this.heard.map(summaryOf)
  }

  count(summary: string): number {
    return this.summaries.filter((text) => text === summary).length
  }

  /** The next message from the phone that has not been taken yet; others in between are passed over. */
  take(summary: string): SipMessage {
    this.clock.advance(2)
    for (let i = this.#taken; i < this.heard.length; i++) {
      const message = this.heard[i]
      if (!message || summaryOf(message) !== summary) continue
      this.#taken = i + 1
      return message
    }
    throw new Error(`the phone sent no ${summary}; it sent ${this.summaries.join(', ')}`)
  }

  /** Sends text to the phone and lets it react. */
  say(text: string): void {
    this.station.hear(this.#address, toWire(text))
    this.clock.advance(2)
  }

  respond(request: SipMessage, status: number, options: ResponseOptions = {}): void {
    const dialog = request.method === 'REGISTER' ? '' : contact
    this.say(
      writeResponse(request, status, '', {
        toTag: 'peer',
        contentType: 'application/sdp',
        ...options,
        lines: `${status > 100 && status < 300 ? dialog : ''}${options.lines ?? ''}`,
      }),
    )
  }

  /** Places a call and takes its INVITE. */
  call(uri = 'sip:2001@lab.test', delayedOffer = false): { session: Session; witness: Witness; invite: SipMessage } {
    const witness = new Witness()
    const session = this.phone.createCall(witness)
    session.invite({ uri, headers: [], delayedOffer })
    return { session, witness, invite: this.take('INVITE') }
  }

  /** A call that is up. */
  established(lines = ''): { session: Session; witness: Witness; invite: SipMessage } {
    const call = this.call()
    this.respond(call.invite, 200, { body: sdp, lines })
    this.take('ACK')
    return call
  }

  newBranch(): string {
    return `z9hG4bKpeer${this.#branches++}`
  }

  /** A request of the far side outside any dialog. */
  request(method: string, options: RequestOptions = {}): string {
    const { body = '', lines = '', callId = 'from-peer', cseq = 1, branch = this.newBranch(), toTag = '' } = options
    const to = toTag === '' ? '' : `;tag=${toTag}`
    return (
      `${method} sip:1001@127.0.0.1:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.9:5060;branch=${branch};rport\r\n` +
      `Max-Forwards: 70\r\nFrom: <sip:2001@lab.test>;tag=${options.fromTag ?? 'peer'}\r\n` +
      `To: <sip:1001@lab.test>${to}\r\nCall-ID: ${callId}\r\nCSeq: ${cseq} ${method}\r\n${contact}${lines}` +
      `${body === '' ? '' : 'Content-Type: application/sdp\r\n'}Content-Length: ${body.length}\r\n\r\n${body}`
    )
  }

  /** A request of the far side within the session's dialog. */
  inDialog(session: Session, method: string, options: RequestOptions = {}): string {
    return this.request(method, {
      callId: session.callId,
      toTag: session.localTag,
      fromTag: session.dialog?.remoteTag ?? '',
      cseq: 100,
      ...options,
    })
  }
}

export interface RequestOptions {
  readonly body?: string
  readonly lines?: string
  readonly callId?: string
  readonly cseq?: number
  readonly branch?: string
  readonly fromTag?: string
  readonly toTag?: string
}

export const summaryOf = (message: SipMessage): string =>
  message.isRequest ? message.method : `${message.status} ${message.cseqMethod}`
