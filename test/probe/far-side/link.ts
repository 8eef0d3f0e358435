import { after, type Clock } from '../../../src/base/clock.js'
import type { TransportName } from '../../../src/model/address.js'
import type { Network, Opening, Wire, WireEvents } from '../../../src/probe/wire.js'

/** A wire as the far side knows it. */
export interface Line {
  readonly port: number
  readonly transport: TransportName
  readonly events: WireEvents
  open: boolean
  /** permessage-deflate was agreed on. */
  compressed: boolean
}

/** What a mutant makes of one message; undefined loses it. */
export type Rewrite = (text: string, line: Line) => string | readonly string[] | undefined

/** How a far side departs from what is right. */
export interface Mutation {
  /** Of what reaches it. */
  readonly hears?: Rewrite
  /** Of what it sends. */
  readonly says?: Rewrite
  /** Faults that the far side has itself. */
  readonly faults?: readonly string[]
}

const delayMs = 1
const host = '127.0.0.1'

/** Our wires end here: a network without sockets, in virtual time. */
export class Link implements Network {
  readonly clock: Clock
  readonly lines: Line[] = []
  readonly mutation: Mutation
  frame: (line: Line, first: number, payload: Buffer) => void = () => undefined
  receive: (line: Line, bytes: Buffer, binary: boolean) => void = () => undefined
  /** A far side that calls us waits for our ear. */
  onOpen: (line: Line) => void = () => undefined
  /** A far side that comes to us. */
  admit?: NonNullable<Network['admit']>
  /** A connection ended without a word. */
  onLost: (line: Line) => void = () => undefined
  /** Over which line who has that host in Contact was heard last. */
  readonly hosts = new Map<string, Line>()
  certificate = 'trusted'

  constructor(clock: Clock, mutation: Mutation = {}) {
    this.clock = clock
    this.mutation = mutation
  }

  /** The answer to a handshake of its own; undefined for silence. */
  answer: (opening: Opening) => string | undefined = () => undefined

  async open(transport: TransportName, events: WireEvents, opening?: Opening): Promise<Wire | string> {
    if (opening?.tls?.maxVersion !== undefined && !this.has('speaks old TLS')) return 'protocol version'
    const line: Line = { port: 40_001 + this.lines.length, transport, events, open: true, compressed: false }
    this.lines.push(line)
    if (transport === 'tls' || transport === 'wss') {
      events.onEvent(`certificate ${this.certificate}`)
      events.onEvent(`tls ${opening?.tls?.maxVersion ?? 'TLSv1.3'} ${opening?.tls?.alpn?.[0] ?? ''}`)
    }
    const head = opening && this.answer(opening)
    if (head !== undefined) after(this.clock, delayMs, () => events.onAnswer?.(head))
    line.compressed = /permessage-deflate/.test(head ?? '')
    after(this.clock, delayMs, () => this.onOpen(line))
    return {
      transport,
      local: { host, port: line.port },
      send: (bytes, options) => this.#heard(line, bytes, options?.binary === true, options?.to?.port),
      frame: (first, payload) => after(this.clock, delayMs, () => this.frame(line, first, payload)),
      close: () => {
        line.open = false
      },
      lose: () => {
        line.open = false
        after(this.clock, delayMs, () => this.onLost(line))
      },
    }
  }

  #heard(line: Line, bytes: Buffer, binary: boolean, toPort: number | undefined): void {
    const heard = this.#rewritten(this.mutation.hears, bytes.toString('latin1'), line)
    for (const text of heard) {
      after(this.clock, delayMs, () => {
        if (toPort === undefined) this.receive(line, Buffer.from(text, 'latin1'), binary)
        else this.media(toPort, line)
      })
    }
  }

  /** Datagrams that go elsewhere than to the port of SIP. */
  media: (port: number, line: Line) => void = () => undefined

  say(line: Line, text: string): void {
    for (const said of this.#rewritten(this.mutation.says, text, line)) {
      after(this.clock, delayMs, () => {
        if (line.open) line.events.onBytes(Buffer.from(said, 'latin1'))
      })
    }
  }

  at(port: number): Line | undefined {
    return this.lines.find((line) => line.port === port && line.open)
  }

  has(fault: string): boolean {
    return this.mutation.faults?.includes(fault) === true
  }

  #rewritten(rewrite: Rewrite | undefined, text: string, line: Line): readonly string[] {
    if (rewrite === undefined) return [text]
    const made = rewrite(text, line)
    return made === undefined ? [] : typeof made === 'string' ? [made] : made
  }
}
