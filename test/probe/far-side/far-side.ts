import { after, type Clock } from '../../../src/base/clock.js'
import { Rng } from '../../../src/base/rng.js'
import type { TransportName } from '../../../src/model/address.js'
import type { PlayOptions } from '../../../src/probe/play.js'
import type { Need } from '../../../src/probe/probe.js'
import type { ProbeTarget } from '../../../src/probe/target.js'
import { SipMessage } from '../../../src/sip/message/sip-message.js'
import { StreamFramer } from '../../../src/sip/message/stream-framer.js'
import { parseUri } from '../../../src/sip/message/uri.js'
import { readStun, stunMethods, writeStun } from '../../../src/stun/stun-message.js'
import { Answering } from './answering.js'
import { Calling } from './calling.js'
import { declaredSide } from './declared.js'
import { Forwarding } from './forwarding.js'
import { Frames } from './frames.js'
import { type Line, Link, type Mutation } from './link.js'
import { Registering } from './registering.js'
import { ServerTransactions, type Transaction } from './server-transactions.js'
import { upgradeAnswer } from './upgrading.js'
import { Visiting } from './visiting.js'

/** A phone, registrar and proxy that keeps the rules: what probes are proven against. */
export class FarSide {
  readonly link: Link
  readonly #transactions: ServerTransactions
  readonly #answering: Answering
  readonly #registering: Registering
  readonly #forwarding: Forwarding
  readonly #framers = new Map<Line, StreamFramer>()

  constructor(link: Link) {
    this.link = link
    this.#transactions = new ServerTransactions(link)
    this.#answering = new Answering(link, this.#transactions)
    this.#registering = new Registering(link, this.#transactions)
    this.#forwarding = new Forwarding(link, this.#transactions, this.#registering)
    link.onLost = (line) => this.#forwarding.lost(line)
    link.certificate = link.has('another name in its certificate') ? 'ERR_TLS_CERT_ALTNAME_INVALID' : 'trusted'
    const frames = new Frames(link, (line, message) => this.#receive(line, message))
    link.frame = (line, first, payload) => frames.take(line, first, payload)
    link.receive = (line, bytes, binary) => {
      if (!binary || !link.has('deaf for binary')) this.#receive(line, bytes)
    }
  }

  #receive(line: Line, bytes: Buffer): void {
    if (bytes.length >= 20 && (bytes[0] ?? 255) < 4) {
      this.#stun(line, bytes)
      return
    }
    if (line.transport === 'udp') {
      this.#message(line, bytes)
      return
    }
    if (line.transport.startsWith('ws')) {
      const text = bytes.toString('latin1')
      if (text === '\r\n\r\n') this.link.say(line, '\r\n')
      else if (text.trim() !== '') this.#message(line, bytes)
      return
    }
    if (this.link.has('closes silent connections')) after(this.link.clock, 20_000, () => line.events.onEvent('closed'))
    const framer = this.#framers.get(line) ?? new StreamFramer()
    this.#framers.set(line, framer)
    framer.push(bytes, {
      onMessage: (message) => this.#message(line, message),
      onPing: () => this.link.say(line, '\r\n'),
      onPong: () => undefined,
      onMalformed: () => line.events.onEvent('closed'),
    })
  }

  #stun(line: Line, bytes: Buffer): void {
    const request = readStun(bytes)
    if (request === undefined) return
    const messageClass = this.link.has('stun errors') ? 'error' : 'success'
    const head = { method: stunMethods.binding, messageClass, transactionId: request.transactionId } as const
    this.link.say(line, writeStun(head, []).toString('latin1'))
  }

  #message(line: Line, bytes: Buffer): void {
    const message = SipMessage.parse(bytes)
    const host = /@([^:;>]*\.invalid)/.exec(message.get('Contact') ?? '')?.[1]
    if (host !== undefined) this.link.hosts.set(host, line)
    if (!message.isRequest) {
      this.#forwarding.response(line, message)
      return
    }
    if (message.method === 'ACK') {
      this.#acknowledged(message)
      return
    }
    const transaction = this.#transactions.begin(line, message)
    if (transaction === undefined) return
    if (/^(?!sips?:)[a-z][\w.+-]*:/i.test(message.requestUri)) this.#transactions.respond(transaction, 416)
    else if (isMalformed(message)) {
      if (this.link.has('forwards malformed')) this.#forwarding.passOn(message)
      if (!this.link.has('silent to malformed'))
        this.#transactions.respond(transaction, message.version === 'SIP/2.0' ? 400 : 505)
    } else if (message.method === 'CANCEL') this.#cancel(transaction)
    else if (message.method === 'REGISTER') this.#registering.take(transaction)
    else if (!this.#forwarding.take(transaction)) this.#answering.take(transaction)
  }

  #acknowledged(ack: SipMessage): void {
    const status = this.#transactions.acknowledge(ack)?.status ?? 0
    if (status >= 300) return
    this.#answering.acknowledged(ack)
    if (!ack.requestUri.startsWith('sip:far@')) this.#forwarding.passOn(ack)
  }

  #cancel(transaction: Transaction): void {
    const { request } = transaction
    const invite = this.#transactions.cancelledBy(request)
    if (invite === undefined && parseUri(request.requestUri)?.user !== 'probe') {
      if (this.link.has('481 for strange CANCEL')) this.#transactions.respond(transaction, 481)
      else this.#forwarding.passOn(request)
      return
    }
    this.#transactions.respond(transaction, invite === undefined ? 481 : 200)
    if (invite === undefined) return
    this.#answering.cancelled(invite)
    this.#forwarding.cancelled(invite)
  }
}

/** Defects that no reading mends. */
const tornAnywhere: readonly string[] = [
  'start-line',
  'request-uri',
  'via',
  'cseq',
  'cseq-method',
  'content-length',
  'repeated-header',
  'date',
]

/** What no proxy may forward: RFC 3261 16.3. */
function isMalformed(message: SipMessage): boolean {
  if (message.version !== 'SIP/2.0' || parseUri(message.requestUri) === undefined) return true
  if (['Via', 'From', 'To', 'Call-ID', 'CSeq'].some((name) => !message.has(name))) return true
  if (!/^\d+$/.test(message.get('Max-Forwards') ?? '70') || !/^\d+ /.test(message.get('CSeq') ?? '')) return true
  if (message.getAll('Route').some((route) => !/^<[^<>]+>/.test(route))) return true
  // A registrar has its own say about contacts.
  const torn = message.method === 'REGISTER' ? tornAnywhere : [...tornAnywhere, 'address']
  if (message.defects.some(({ code }) => torn.includes(code))) return true
  return message.bodyLength < (message.contentLength ?? 0)
}

export interface FarOptions {
  readonly transport?: TransportName
  readonly mutation?: Mutation
  readonly declared?: readonly Need[]
  readonly accounts?: ProbeTarget['accounts']
  readonly callsUs?: boolean
  /** Its WebSocket wants credentials of HTTP. */
  readonly guarded?: boolean
}

export const probeTarget = (options: FarOptions = {}): ProbeTarget => ({
  name: 'far side',
  transport: options.transport ?? 'udp',
  address: { host: '127.0.0.1', port: 5060 },
  domain: 'far.test',
  accounts:
    options.accounts ??
    ['alice', 'bob'].map((user) => ({ user, credentials: { username: user, password: `p${user}` } })),
  udp: { host: '127.0.0.1', port: 5060 },
  callUri: undefined,
  callsUs: options.callsUs === true,
  declared: new Set(options.declared ?? []),
  webSocket: { path: '/', fields: ['Cookie: session=right'] },
})

/** A network that ends at such a far side. */
export function farNetwork(clock: Clock, options: FarOptions = {}): PlayOptions & { readonly link: Link } {
  const link = new Link(clock, options.mutation)
  link.answer = (opening) => upgradeAnswer(opening, link, options.guarded === true)
  const declared = declaredSide(options.declared ?? [], link)
  if (options.callsUs === true && options.transport?.startsWith('ws')) new Visiting(link)
  else if (options.callsUs === true) new Calling(link)
  else if (declared === undefined) new FarSide(link)
  else link.receive = declared
  return { target: probeTarget(options), network: link, clock, rng: new Rng(1, 'probe'), link }
}
