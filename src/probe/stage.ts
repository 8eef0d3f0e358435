import { type Clock, sleep } from '../base/clock.js'
import type { Rng } from '../base/rng.js'
import type { TransportName } from '../model/address.js'
import { DigestRequest } from '../sip/auth/digest-request.js'
import { type ResponseOptions, writeResponse } from '../sip/message/response.js'
import { SipMessage } from '../sip/message/sip-message.js'
import { toWire } from '../sip/message/wire.js'
import { type Entry, Exchange, type SipEntry } from './exchange.js'
import { Party } from './party.js'
import { type RequestParts, writeRequest } from './request-text.js'
import type { ProbeTarget } from './target.js'
import { upgradeRequest, upgradeResponse } from './websocket.js'
import type { Network, Opening, Reception, Wire, WireEvents } from './wire.js'

/** The conversation cannot go on; what it was meant to show is not shown, for this reason. */
export class ProbeEnd extends Error {
  readonly why: string
  readonly kind: 'not applicable' | 'inconclusive'

  constructor(kind: 'not applicable' | 'inconclusive', why: string) {
    super(why)
    this.kind = kind
    this.why = why
  }
}

export interface StageOptions {
  readonly target: ProbeTarget
  readonly network: Network
  readonly clock: Clock
  readonly rng: Rng
  /** When the probe has to be over. */
  readonly endMs: number
}

export const answerMs = 2500
const pollMs = 5

/** Where a probe plays: opens wires, sends what it is told to, and writes down all that happens. */
export class Stage {
  readonly target: ProbeTarget
  readonly rng: Rng
  readonly #options: StageOptions
  readonly #entries: Entry[] = []
  readonly #parties = new Map<string, Party>()
  readonly #afterwards: (() => Promise<void>)[] = []
  readonly #answering = new Map<Party, (request: SipMessage) => void>()

  constructor(options: StageOptions) {
    this.target = options.target
    this.rng = options.rng
    this.#options = options
  }

  get exchange(): Exchange {
    return new Exchange(this.#entries)
  }

  partyOf(name: string): Party | undefined {
    return this.#parties.get(name)
  }

  get nowMs(): number {
    return this.#options.clock.nowMs()
  }

  /** Opens a wire for one of us; `account` counts from 0. */
  async party(name: string, options: { transport?: TransportName; account?: number } = {}): Promise<Party> {
    const opened = await this.#open(name, options)
    if (typeof opened === 'string') throw new ProbeEnd('inconclusive', opened)
    return opened
  }

  #open(
    name: string,
    options: { transport?: TransportName; account?: number },
    opening?: Opening,
  ): Promise<Party | string> {
    const { target, network } = this.#options
    const transport = options.transport ?? target.transport
    return this.#attach(name, options, (events) => network.open(transport, events, opening))
  }

  async #attach(
    name: string,
    options: { account?: number },
    open: (events: WireEvents) => Promise<Wire | string>,
  ): Promise<Party | string> {
    const { target, rng } = this.#options
    const account = target.accounts[options.account ?? 0] ?? { user: `probe-${name}`, credentials: undefined }
    const party = new Party(name, account, target, rng, {
      onMessage: (from, bytes) => this.#arrived(from, bytes),
      onOther: (from, text) => this.#write(from.name, 'received', undefined, text, undefined),
    })
    const wire = await open({
      onBytes: (bytes) => party.read(bytes),
      onEvent: (text) => this.#write(name, 'event', undefined, text, undefined),
      onAnswer: (head) => this.#write(name, 'received', undefined, head, undefined),
    })
    if (typeof wire === 'string') return wire
    party.attach(wire)
    this.#parties.set(name, party)
    return party
  }

  /**
   * Opens a WebSocket with a handshake that is changed, under a name of its own, and waits for the answer; undefined when
   * there is no connection.
   */
  async knock(name: string, change: (head: string) => string, tls: Opening['tls'] = {}): Promise<Party | undefined> {
    const { target, rng } = this.#options
    const opening: Opening = { head: change(upgradeRequest(target, rng)), tls }
    this.#write(name, 'sent', undefined, opening.head, undefined)
    const opened = await this.#open(name, {}, opening)
    if (typeof opened === 'string') {
      this.#write(name, 'event', undefined, `failed: ${opened}`, undefined)
      return undefined
    }
    await this.until((exchange) => exchange.others(name).length > 0 || exchange.event(name, 'closed') !== undefined)
    return opened
  }

  /** Waits for a connection of the target to us; undefined when it does not come, or leaves at our certificate. */
  async admit(name: string, reception: Reception): Promise<Party | undefined> {
    const answer = (head: string): string => {
      const text = (reception.answer ?? upgradeResponse)(head)
      this.#write(name, 'sent', undefined, text, undefined)
      return text
    }
    const admitted = await this.#attach(name, {}, async (events) => {
      const wire = await this.#options.network.admit?.(events, { ...reception, answer })
      return wire ?? 'nobody comes to us'
    })
    if (typeof admitted !== 'string') return admitted
    this.#write(name, 'event', undefined, `failed: ${admitted}`, undefined)
    return undefined
  }

  /** Sends a request, or any text, and notes it under that label. */
  send(party: Party, what: RequestParts | string, label?: string): void {
    const text = typeof what === 'string' ? what : writeRequest(what)
    const bytes = toWire(text)
    const message = /^\S+ [^\r\n]+ SIP\/2\.0\r\n|^SIP\/2\.0 /.test(text) ? SipMessage.parse(bytes) : undefined
    this.#write(party.name, 'sent', label, text, message)
    party.wire.send(bytes)
  }

  /** Sends bytes that are not to be taken for a message, such as half of one. */
  sendBytes(party: Party, bytes: Buffer, options?: { readonly binary?: boolean }): void {
    this.#write(party.name, 'sent', undefined, bytes.toString('latin1'), undefined)
    party.wire.send(bytes, options)
  }

  /** Sends one WebSocket frame; on other wires there are none. */
  sendFrame(party: Party, first: number, payload: Buffer): void {
    const text = `frame 0x${first.toString(16)}: ${payload.toString('latin1')}`
    this.#write(party.name, 'sent', undefined, text, undefined)
    party.wire.frame?.(first, payload)
  }

  /** Notes a message as sent that goes to the wire by other means; `meant` is what its answer is known by. */
  note(party: Party, text: string, label: string, meant = text): void {
    this.#write(party.name, 'sent', label, text, SipMessage.parse(toWire(meant)))
  }

  respond(
    party: Party,
    request: SipMessage,
    status: number,
    options: ResponseOptions & { reason?: string } = {},
  ): void {
    this.send(party, writeResponse(request, status, options.reason ?? '', options), `${status}`)
  }

  async wait(ms: number): Promise<void> {
    if (this.nowMs + ms > this.#options.endMs) throw new ProbeEnd('inconclusive', 'the time for this probe is over')
    await sleep(this.#options.clock, ms)
  }

  /** Waits until it holds; false when it did not within the time. */
  async until(holds: (exchange: Exchange) => boolean, withinMs = answerMs): Promise<boolean> {
    const endMs = Math.min(this.nowMs + withinMs, this.#options.endMs)
    while (!holds(this.exchange)) {
      if (this.nowMs >= endMs) return false
      await sleep(this.#options.clock, pollMs)
    }
    return true
  }

  /** The final response to the request of that label, if it comes. */
  async final(label: string, withinMs = answerMs): Promise<SipMessage | undefined> {
    await this.until((exchange) => exchange.final(label) !== undefined, withinMs)
    return this.exchange.final(label)?.message
  }

  /** The next request of that method which arrives at a party and was not taken yet. */
  async awaitRequest(party: Party, method: string, withinMs = answerMs, after = 0): Promise<SipEntry | undefined> {
    const next = (exchange: Exchange): SipEntry | undefined => exchange.requests(party.name, method)[after]
    await this.until((exchange) => next(exchange) !== undefined, withinMs)
    return next(this.exchange)
  }

  /**
   * Sends a request, answers a challenge, acknowledges a refusal of INVITE, and gives the final response. `keepAck`
   * leaves the refusal unacknowledged.
   */
  async ask(
    party: Party,
    parts: RequestParts,
    label: string,
    options: { withinMs?: number; keepAck?: boolean } = {},
  ): Promise<SipMessage | undefined> {
    this.send(party, parts.method === 'REGISTER' ? this.authorized(party, parts) : parts, label)
    const first = await this.final(label, options.withinMs)
    if (first === undefined) return undefined
    const credentials = this.credentials(party, first, parts)
    if (parts.method === 'INVITE' && first.status >= 300 && (credentials !== undefined || !options.keepAck)) {
      this.acknowledge(party, parts, first)
    }
    if (credentials === undefined) return first
    const again = { ...parts, vias: [party.via(), ...parts.vias.slice(1)], cseq: parts.cseq + 1, headers: credentials }
    this.send(party, again, label)
    const second = await this.final(label, options.withinMs)
    if (parts.method === 'INVITE' && second && second.status >= 300 && !options.keepAck) {
      this.acknowledge(party, again, second)
    }
    return second
  }

  /** Header lines with credentials for a challenge, and those that were there; undefined when none is to be answered. */
  credentials(party: Party, response: SipMessage, parts: RequestParts): readonly string[] | undefined {
    if ((response.status !== 401 && response.status !== 407) || party.digest === undefined) return undefined
    const request = new DigestRequest(parts.method, parts.uri, toWire(parts.body ?? ''))
    const answer = party.digest.answer(response, request)
    if ('refusal' in answer) return undefined
    return [...(parts.headers ?? []), ...answer.map(({ name, value }) => `${name}: ${value}`)]
  }

  /** The request with credentials for a nonce that is known already. */
  authorized(party: Party, parts: RequestParts): RequestParts {
    const request = new DigestRequest(parts.method, parts.uri, toWire(parts.body ?? ''))
    const known = party.digest?.preemptive(request) ?? []
    return { ...parts, headers: [...(parts.headers ?? []), ...known.map(({ name, value }) => `${name}: ${value}`)] }
  }

  /** RFC 3261 17.1.1.3: the ACK of a refusal belongs to the transaction of its INVITE. */
  acknowledge(party: Party, invite: RequestParts, response: SipMessage): void {
    const { uri, vias, from, fromTag, callId, cseq, routes } = invite
    const to = response.get('To') ?? invite.to
    const own = vias.slice(0, 1)
    this.send(party, { method: 'ACK', uri, vias: own, from, fromTag, to, callId, cseq, routes, maxForwards: 70 }, 'ack')
  }

  /** Requests that arrive at that party and that no probe is interested in are answered by this. */
  answerWith(party: Party, answer: (request: SipMessage) => void): void {
    this.#answering.set(party, answer)
  }

  /** Done when the probe is over, the last that was said first. */
  afterwards(work: () => Promise<void>): void {
    this.#afterwards.unshift(work)
  }

  /** Cleans up and closes. */
  async close(): Promise<void> {
    for (const work of this.#afterwards) await work()
    for (const party of this.#parties.values()) party.wire.close()
  }

  #arrived(party: Party, bytes: Buffer): void {
    const message = SipMessage.parse(bytes)
    this.#write(party.name, 'received', undefined, message.text, message)
    if (message.isRequest) this.#answering.get(party)?.(message)
  }

  #write(
    party: string,
    direction: Entry['direction'],
    label: string | undefined,
    text: string,
    message: SipMessage | undefined,
  ): void {
    this.#entries.push({ atMs: this.nowMs, party, direction, label, text, message })
  }
}
