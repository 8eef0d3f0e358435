import type { Rng } from '../base/rng.js'
import { formatAddress } from '../model/address.js'
import { DigestClient } from '../sip/auth/digest-client.js'
import { StreamFramer } from '../sip/message/stream-framer.js'
import { toWire } from '../sip/message/wire.js'
import type { RequestParts } from './request-text.js'
import type { Account, ProbeTarget } from './target.js'
import type { Wire } from './wire.js'

export interface PartyReader {
  onMessage(party: Party, bytes: Buffer): void
  onOther(party: Party, text: string): void
}

/** One of us: a user of the target on a wire of its own. */
export class Party {
  readonly name: string
  readonly account: Account
  readonly digest: DigestClient | undefined
  /** Address of record. */
  readonly aor: string
  readonly #target: ProbeTarget
  readonly #rng: Rng
  readonly #reader: PartyReader
  readonly #framer = new StreamFramer()
  #wire: Wire | undefined
  #sentBy = ''

  constructor(name: string, account: Account, target: ProbeTarget, rng: Rng, reader: PartyReader) {
    this.name = name
    this.account = account
    this.digest = account.credentials && new DigestClient(account.credentials, rng)
    this.aor = `sip:${account.user}@${target.domain}`
    this.#target = target
    this.#rng = rng
    this.#reader = reader
  }

  get wire(): Wire {
    if (this.#wire === undefined) throw new Error(`the wire of ${this.name} is not open`)
    return this.#wire
  }

  attach(wire: Wire): void {
    this.#wire = wire
    const web = (wire.transport === 'ws' || wire.transport === 'wss') && wire.isServer !== true
    // RFC 7118 5: a WebSocket client cannot know its address.
    this.#sentBy = web ? `${this.#rng.token()}.invalid` : formatAddress(wire.local)
  }

  /** `alice@127.0.0.1:5070;transport=tcp` as a whole URI; datagrams need no parameter. */
  get contact(): string {
    const { transport } = this.wire
    const parameter = {
      udp: '',
      tcp: ';transport=tcp',
      tls: ';transport=tls',
      ws: ';transport=ws',
      wss: ';transport=ws',
    }
    return `sip:${this.account.user}@${this.#sentBy}${parameter[transport]}`
  }

  get sentBy(): string {
    return this.#sentBy
  }

  /** A Via of this party with a branch that was never used. */
  via(options: { readonly branch?: string; readonly sentBy?: string; readonly parameters?: string } = {}): string {
    const { branch = `z9hG4bK${this.#rng.token()}`, sentBy = this.#sentBy, parameters = ';rport' } = options
    return `SIP/2.0/${this.wire.transport.toUpperCase()} ${sentBy};branch=${branch}${parameters}`
  }

  /** A request outside of a dialog; what is given replaces the defaults. */
  request(method: string, uri: string, changes: Partial<RequestParts> = {}): RequestParts {
    return {
      method,
      uri,
      vias: [this.via()],
      from: `<${this.aor}>`,
      fromTag: this.#rng.token(),
      to: `<${uri}>`,
      callId: `${this.#rng.token()}@${this.#target.domain}`,
      cseq: 1 + (this.#rng.uint32() & 0xffff),
      maxForwards: 70,
      contact: method === 'OPTIONS' ? undefined : `<${this.contact}>`,
      ...changes,
    }
  }

  token(): string {
    return this.#rng.token()
  }

  send(text: string): void {
    this.wire.send(toWire(text))
  }

  /** What the wire delivered. */
  read(bytes: Buffer): void {
    const { transport } = this.wire
    if (transport === 'tcp' || transport === 'tls') {
      this.#readStream(bytes)
      return
    }
    if (/^(SIP\/2\.0 \d{3} |[A-Z]+ \S+ SIP\/2\.0\r\n)/.test(bytes.toString('latin1', 0, 400))) {
      this.#reader.onMessage(this, bytes)
    } else this.#reader.onOther(this, bytes.toString('latin1'))
  }

  #readStream(bytes: Buffer): void {
    this.#framer.push(bytes, {
      onMessage: (message) => this.#reader.onMessage(this, message),
      onPing: () => this.#reader.onOther(this, '\r\n\r\n'),
      onPong: () => this.#reader.onOther(this, '\r\n'),
      onMalformed: (failure, head) => this.#reader.onOther(this, `${failure}: ${head.toString('latin1')}`),
    })
  }
}
