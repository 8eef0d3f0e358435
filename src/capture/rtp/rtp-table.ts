import type { Address } from '../../model/address.js'
import type { CapturedMessage } from '../captured-message.js'
import { type AddressBook, addressOf, endpointOf, portOf } from '../network/address-book.js'
import type { Datagram } from '../network/datagram.js'
import { u16be, u32be } from '../octet-numbers.js'
import type { CapturedRtpStream, RtpUser } from './captured-rtp.js'
import { MediaCalls, type PassedMedia } from './media-calls.js'
import { staticFormat } from './media-description.js'
import { RtpStream } from './rtp-stream.js'

const udpHeaderBytes = 8
const rtpHeaderBytes = 12
/** Second octets of RTCP on a shared port (RFC 5761 4). */
const firstRtcpType = 192
const lastRtcpType = 223
/** Without a session description, so many packets of which most follow each other are believed to be RTP. */
const leastPackets = 10
const mostErrors = 0.2
/** Streams that are quiet for so long are over. */
const idleMs = 60_000
const sweepEvery = 50_000
/** Calls are judged so long after their end: then their streams are over. */
const settleMs = 2 * idleMs + 10_000
/** Streams of which it is remembered what they carried, for the judgement of calls; the oldest half goes first. */
const mostPassed = 100_000

/** A power of two. */
const recentPlaces = 4096

/** Ports differ most among the flows of a capture; they are the low bits of the numbers. */
const placeOf = (source: number, destination: number): number =>
  (Math.imul(source | 0, 0x9e37_79b1) ^ Math.imul(destination | 0, 0x85eb_ca6b) ^ (source >>> 7)) & (recentPlaces - 1)

/** Streams between one address and port and another. */
interface Flow {
  readonly source: number
  readonly destination: number
  /** The stream in hand: most flows have one. */
  last: RtpStream
  readonly bySsrc: Map<number, RtpStream>
}

/** A UDP datagram; its header stands at `start` and its payload ends before `end`. */
export type RtpDatagram = Pick<Datagram, 'source' | 'destination' | 'frame' | 'atMs' | 'bytes' | 'start' | 'end'>

/** All RTP streams of a capture, found by their headers and by session descriptions. */
export class RtpTable {
  readonly #book: AddressBook
  readonly #user: RtpUser
  readonly #calls = new MediaCalls()
  /** By source, then by destination. */
  readonly #flows = new Map<number, Map<number, Flow>>()
  /** Flows by a hash of their ends, for the packets of which most find their flow here. */
  readonly #recent: (Flow | undefined)[] = Array.from({ length: recentPlaces }, () => undefined)
  readonly #passed: PassedMedia[] = []
  #sinceSweep = 0

  constructor(book: AddressBook, user: RtpUser) {
    this.#book = book
    this.#user = user
  }

  /** A SIP message of the capture. */
  receiveMessage(message: CapturedMessage): void {
    this.#calls.receive(message)
    if (++this.#sinceSweep >= sweepEvery) this.#sweep(message.atMs)
  }

  /** Takes a UDP datagram whose first payload octet has the version of RTP. */
  receive(datagram: RtpDatagram): void {
    const { bytes, start, atMs, frame } = datagram
    const from = start + udpHeaderBytes
    const second = bytes[from + 1] ?? firstRtcpType
    if (datagram.end - from < rtpHeaderBytes || (second >= firstRtcpType && second <= lastRtcpType)) return
    const source = endpointOf(datagram.source, u16be(bytes, start))
    const destination = endpointOf(datagram.destination, u16be(bytes, start + 2))
    this.#find(source, destination, bytes, from, frame, atMs).receive(bytes, from, datagram.end, frame, atMs)
    if (++this.#sinceSweep >= sweepEvery) this.#sweep(atMs)
  }

  /** The capture is over. */
  end(): void {
    this.#finish(() => true)
    for (const call of this.#calls.end(this.#passed)) this.#user.onCall(call)
  }

  #find(source: number, destination: number, bytes: Buffer, from: number, frame: number, atMs: number): RtpStream {
    const ssrc = u32be(bytes, from + 8)
    const place = placeOf(source, destination)
    const recent = this.#recent[place]
    const isRecent = recent?.source === source && recent.destination === destination
    if (isRecent && recent.last.ssrc === ssrc) return recent.last
    const flow = isRecent ? recent : this.#flows.get(source)?.get(destination)
    this.#recent[place] = flow
    if (flow?.last.ssrc === ssrc) return flow.last
    const known = flow?.bySsrc.get(ssrc)
    if (flow && known) {
      flow.last = known
      return known
    }
    const [near, far] = [this.#address(source), this.#address(destination)]
    // RFC 3264 5.1: the receiver's description says which payload types it wants to get.
    const stream = new RtpStream(
      ssrc,
      u16be(bytes, from + 2),
      frame,
      atMs,
      (payloadType) => this.#calls.formatAt(far, payloadType) ?? this.#calls.formatAt(near, payloadType),
    )
    if (flow) {
      flow.last = stream
      flow.bySsrc.set(ssrc, stream)
    } else this.#addFlow({ source, destination, last: stream, bySsrc: new Map([[ssrc, stream]]) })
    return stream
  }

  #addFlow(flow: Flow): void {
    const peers = this.#flows.get(flow.source)
    if (peers) peers.set(flow.destination, flow)
    else this.#flows.set(flow.source, new Map([[flow.destination, flow]]))
  }

  #sweep(nowMs: number): void {
    this.#sinceSweep = 0
    this.#finish(({ lastMs }) => nowMs - lastMs > idleMs)
    for (const call of this.#calls.settle(nowMs - settleMs, this.#passed)) this.#user.onCall(call)
  }

  #finish(isOver: (stream: RtpStream) => boolean): void {
    for (const [source, peers] of this.#flows) {
      for (const [destination, flow] of peers) {
        for (const [ssrc, stream] of flow.bySsrc) {
          if (!isOver(stream)) continue
          flow.bySsrc.delete(ssrc)
          this.#tell(flow, stream)
        }
        if (flow.bySsrc.size > 0) continue
        peers.delete(destination)
        this.#recent[placeOf(source, destination)] = undefined
      }
      if (peers.size === 0) this.#flows.delete(source)
    }
  }

  #tell(flow: Flow, stream: RtpStream): void {
    const [source, destination] = [this.#address(flow.source), this.#address(flow.destination)]
    const callId = this.#calls.callOf(destination) ?? this.#calls.callOf(source)
    const looksRight = stream.packets >= leastPackets && stream.sequenceErrors <= mostErrors * stream.packets
    if (callId === undefined && !looksRight) return
    const { firstMs, lastMs, packets } = stream
    if (this.#passed.length >= mostPassed) this.#passed.splice(0, mostPassed / 2)
    this.#passed.push({ source, destination, firstMs, lastMs, packets })
    const format = (payloadType: number): string =>
      (
        this.#calls.formatAt(destination, payloadType) ??
        this.#calls.formatAt(source, payloadType) ??
        staticFormat(payloadType)
      )?.name ?? ''
    const encrypted = this.#calls.isEncrypted(destination)
    this.#user.onStream(reportOf(stream, source, destination, callId, format, encrypted))
  }

  #address(endpoint: number): Address {
    return { host: this.#book.text(addressOf(endpoint)), port: portOf(endpoint) }
  }
}

function reportOf(
  stream: RtpStream,
  source: Address,
  destination: Address,
  callId: string | undefined,
  nameOf: (payloadType: number) => string,
  encrypted: boolean,
): CapturedRtpStream {
  const several = stream.meanDeltaMs !== undefined
  return {
    source,
    destination,
    ssrc: stream.ssrc,
    callId,
    payloadTypes: [...stream.payloadTypes].map(([payloadType, packets]) => ({
      payloadType,
      name: nameOf(payloadType),
      packets,
    })),
    firstMs: stream.firstMs,
    lastMs: stream.lastMs,
    firstFrame: stream.firstFrame,
    packets: stream.packets,
    expected: stream.expected,
    lost: stream.lost,
    duplicated: stream.duplicated,
    reordered: stream.reordered,
    sequenceErrors: stream.sequenceErrors,
    restarts: stream.restarts,
    minDeltaMs: several ? stream.minDeltaMs : undefined,
    meanDeltaMs: stream.meanDeltaMs,
    maxDeltaMs: several ? stream.maxDeltaMs : undefined,
    maxDeltaFrame: stream.maxDeltaFrame,
    meanJitterMs: stream.meanJitterMs,
    maxJitterMs: stream.meanJitterMs === undefined ? undefined : stream.maxJitterMs,
    dtmf: encrypted ? '' : stream.digits,
  }
}
