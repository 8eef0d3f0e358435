import type { Address } from '../../model/address.js'
import type { CaptureEvent, CaptureLoss } from '../captured-message.js'
import type { Datagram } from '../network/datagram.js'
import { ConnectionContent } from './connection-content.js'
import { type End, Flow, otherEnd } from './flow.js'
import type { Segment } from './segment.js'
import { TcpDirection } from './tcp-direction.js'
import { segmentOf, type TcpHeader, tcpFlag } from './tcp-header.js'

/** Octets of TLS records came from this end in this segment. */
export type TlsObserver = (connection: TcpConnection, from: End, segment: Segment) => void

/** Ports of servers, for connections whose start is not in the capture. */
const serverPorts: readonly number[] = [5060, 5061, 5062, 5066, 80, 443, 8080, 8088, 8089, 8443]

/** One TCP connection: its two directions in order, and what they carry. */
export class TcpConnection {
  readonly flow: Flow
  readonly content: ConnectionContent
  /** What is within TLS, once something was decrypted. */
  secured: ConnectionContent | undefined
  lastMs = 0
  closed = false
  /** Sequence number of the SYN that opened it; -1 when there was none. */
  synSequence = -1
  readonly #directions: readonly [TcpDirection, TcpDirection]
  readonly #onTls: TlsObserver
  readonly #deliver: (event: CaptureEvent) => void
  #firstMs = Number.NaN
  #firstFrame = 0
  #finished: [boolean, boolean] = [false, false]
  #announced = false
  #current: Segment | undefined

  constructor(
    id: number,
    ends: readonly [Address, Address],
    clearTls: boolean,
    deliver: (event: CaptureEvent) => void,
    onTls: TlsObserver,
  ) {
    this.flow = new Flow(id, ends, deliver)
    this.content = new ConnectionContent(this.flow, clearTls)
    this.#onTls = onTls
    this.#deliver = deliver
    this.#directions = [this.#direction(0), this.#direction(1)]
  }

  receive(from: End, header: TcpHeader, datagram: Datagram): void {
    this.lastMs = datagram.atMs
    if (this.content.kind === 'ignored') {
      this.closed ||= header.has(tcpFlag.reset) || header.has(tcpFlag.fin)
      return
    }
    const segment = segmentOf(datagram)
    if (this.#firstFrame === 0) [this.#firstMs, this.#firstFrame] = [segment.atMs, segment.frames[0] ?? 0]
    this.#current = segment
    if (header.has(tcpFlag.syn)) {
      this.#open(from, header, segment)
      return
    }
    this.#announce(from, segment)
    const own = this.#directions[from]
    const other = this.#directions[otherEnd(from)]
    own.passTime(datagram.atMs)
    other.passTime(datagram.atMs)
    if (header.has(tcpFlag.acknowledge)) other.acknowledge(header.acknowledgement, datagram.atMs)
    const length = datagram.end - header.start
    const keepsAlive = length <= 1 && own.isBefore(header.sequence)
    if (!keepsAlive) own.push(header.sequence, datagram.bytes.subarray(header.start, datagram.end), segment)
    if (header.has(tcpFlag.fin)) this.#finish(from, (header.sequence + length) >>> 0, segment)
    if (header.has(tcpFlag.reset)) this.#reset(from, segment)
  }

  /** Octets that were within TLS, decrypted by another program. */
  pushDecrypted(from: End, bytes: Buffer, segment: Segment): void {
    this.secured ??= new ConnectionContent(this.flow, true)
    this.secured.push(from, bytes, { ...segment, checksum: 'unknown' })
  }

  /** Nothing more will come. */
  end(): void {
    for (const direction of this.#directions) direction.end()
    this.content.end()
    this.secured?.end()
    if (this.content.kind === 'tls' && this.secured === undefined) this.#tellEncrypted()
  }

  #tellEncrypted(): void {
    const { client: source, server: destination } = this.flow.facts
    this.#deliver({
      kind: 'loss',
      reason: 'encrypted',
      fromMs: this.#firstMs,
      toMs: this.lastMs,
      afterFrame: this.#firstFrame,
      source,
      destination,
      connection: this.flow.facts,
      text: 'a TLS connection was not decrypted',
    })
  }

  #direction(from: End): TcpDirection {
    return new TcpDirection({
      onOctets: (bytes, segment) => {
        this.content.push(from, bytes, segment)
        if (this.content.kind === 'tls') this.#onTls(this, from, segment)
      },
      onGap: (octets, fromMs, toMs) => this.#gap(from, octets, fromMs, toMs),
    })
  }

  #open(from: End, header: TcpHeader, segment: Segment): void {
    const answered = header.has(tcpFlag.acknowledge)
    const direction = this.#directions[from]
    if (!direction.started) direction.start(header.sequence)
    this.flow.setClient(answered ? otherEnd(from) : from)
    if (!answered) this.synSequence = header.sequence
    else if (!this.#announced) {
      this.flow.facts.fromStart = this.synSequence >= 0
      this.content.begin()
      this.#announced = true
      const sighting = this.flow.sighting(from, segment)
      this.flow.emit({ ...sighting, kind: 'connection', change: this.flow.facts.fromStart ? 'opened' : 'found' })
    }
  }

  #announce(from: End, segment: Segment): void {
    if (this.#announced) return
    this.#announced = true
    if (!this.flow.clientKnown && serverPorts.includes(this.flow.ends[from].port)) {
      if (!serverPorts.includes(this.flow.ends[otherEnd(from)].port)) this.flow.guessClient(otherEnd(from))
    }
    this.flow.emit({ ...this.flow.sighting(from, segment), kind: 'connection', change: 'found' })
  }

  #finish(from: End, sequence: number, segment: Segment): void {
    this.#directions[from].finish(sequence)
    if (this.#finished[from]) return
    this.#finished[from] = true
    this.closed ||= this.#finished[otherEnd(from)]
    this.flow.emit({ ...this.flow.sighting(from, segment), kind: 'connection', change: 'fin' })
  }

  #reset(from: End, segment: Segment): void {
    if (!this.closed) this.flow.emit({ ...this.flow.sighting(from, segment), kind: 'connection', change: 'reset' })
    this.closed = true
  }

  #gap(from: End, octets: number | undefined, fromMs: number, toMs: number): void {
    const { flow } = this
    const loss: CaptureLoss = {
      kind: 'loss',
      reason: 'gap',
      fromMs,
      toMs,
      afterFrame: this.#current?.frames[0] ?? 0,
      source: flow.ends[from],
      destination: flow.ends[otherEnd(from)],
      connection: flow.facts,
      ...(octets === undefined ? {} : { count: octets }),
      text: `${octets ?? 'an unknown number of'} octets of a connection are not in the capture`,
    }
    this.content.gap(from)
    flow.emit(loss)
  }
}
