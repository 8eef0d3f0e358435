import type { Address } from '../model/address.js'
import type { CapturedMessage } from './captured-message.js'
import { type ChecksumState, checksumState } from './network/checksum.js'
import type { Datagram } from './network/datagram.js'
import type { OctetStore, Octets } from './octets.js'

/** A datagram with SIP or a keep-alive. There is one for every message of a capture: what is rarely asked for is made then. */
export class UdpMessage implements CapturedMessage, Octets {
  readonly kind = 'message'
  readonly transport = 'udp'
  readonly content: 'sip' | 'keep-alive'
  readonly memory: Buffer
  readonly start: number
  readonly end: number
  readonly truncated: boolean
  readonly atMs: number
  readonly source: Address
  readonly destination: Address
  readonly ttl: number
  readonly checksum: ChecksumState
  readonly interfaceIndex: number
  readonly #frame: number
  /** Of a datagram that came in fragments. */
  readonly #fragments: { readonly frames: readonly number[]; readonly firstAtMs: number } | undefined

  /** The octets of the datagram from `from` to `end` are kept in `store`. */
  constructor(
    content: 'sip' | 'keep-alive',
    datagram: Datagram,
    from: number,
    end: number,
    source: Address,
    destination: Address,
    store: OctetStore,
  ) {
    this.content = content
    this.start = store.keep(datagram.bytes, from, end)
    this.end = this.start + end - from
    this.memory = store.memory
    this.truncated = datagram.cut
    this.atMs = datagram.atMs
    this.source = source
    this.destination = destination
    this.ttl = datagram.ttl
    this.checksum = checksumState(datagram)
    this.interfaceIndex = datagram.interfaceIndex
    this.#frame = datagram.frame
    const { frames, firstAtMs } = datagram
    this.#fragments = frames && { frames, firstAtMs }
  }

  get octets(): Octets {
    return this
  }

  get bytes(): Buffer {
    return this.memory.subarray(this.start, this.end)
  }

  get firstAtMs(): number {
    return this.#fragments?.firstAtMs ?? this.atMs
  }

  get frames(): readonly number[] {
    return this.#fragments?.frames ?? [this.#frame]
  }
}
