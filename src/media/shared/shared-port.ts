import type { RemoteInfo } from 'node:dgram'
import type { Clock } from '../../base/clock.js'
import { type Address, sameAddress } from '../../model/address.js'
import type { PacketReceiver, PortPair } from '../port-pairs.js'
import type { PortTally } from '../port-tally.js'
import { rtcpDefect } from '../rtcp/rtcp-reader.js'
import { looksLikeRtcp, rtpHeaderDefect, ssrcOf, uint32 } from '../rtp/rtp-header.js'
import type { RtpStream } from '../rtp-stream.js'
import type { StatisticsTable } from '../statistics-view.js'
import type { FormerSource } from '../stream-place.js'
import type { RouteTable } from '../stream-socket.js'
import { FarSides } from './far-sides.js'
import { FormerSources } from './former-sources.js'
import { type HeldPacket, HeldPackets, isSameSource, type PuzzlingPacket } from './held-packets.js'
import { LikelyOwner } from './likely-owner.js'
import { SharedPlace } from './shared-place.js'
import { SourceClaims } from './source-claims.js'
import { sourcesOf, without } from './stream-sources.js'
import { WaitingStreams } from './waiting-streams.js'

/** What waits of one stream in the buffer of a socket, as the kernel counts: nearly 0.2 s of 20 ms packets. */
const bufferBytesAStream = 8192
/** Sources that one stream was heard to be, the last ones. */
const mostSources = 8

export interface SharedPortHost {
  readonly clock: Clock
  readonly table: StatisticsTable
  readonly tally: PortTally
}

/**
 * A pair of ports from which many streams send, and the question whose it is that arrives: known addresses first, then
 * SSRC, and what neither tells is counted as nobody's.
 */
export class SharedPort implements PacketReceiver {
  readonly pair: PortPair
  readonly #host: SharedPortHost
  readonly #capacity: number
  readonly #places = new Set<SharedPlace>()
  readonly #byRow = new Map<number, SharedPlace>()
  readonly #rtp: FarSides<SharedPlace>
  readonly #rtcp = new FarSides<SharedPlace>(() => {})
  readonly #declared = new SourceClaims<SharedPlace>()
  readonly #waiting: WaitingStreams
  readonly #former = new FormerSources()
  readonly #held: HeldPackets
  readonly #likely: LikelyOwner

  /** `routes`: of the native part, which counts what it can. */
  constructor(pair: PortPair, host: SharedPortHost, routes: RouteTable | undefined) {
    this.pair = pair
    this.#host = host
    this.#capacity = Math.max(1, Math.floor(pair.rtp.getRecvBufferSize() / bufferBytesAStream))
    this.#rtp = new FarSides((from, ssrc, place) =>
      routes?.set(from, ssrc, place?.isCounted ? place.stream?.handle : undefined),
    )
    this.#waiting = new WaitingStreams(host.table)
    this.#held = new HeldPackets(({ why }) => host.tally.countUnmatched(why))
    const [rtp, declared, waiting, held] = [this.#rtp, this.#declared, this.#waiting, this.#held]
    this.#likely = new LikelyOwner({ table: host.table, rtp, declared, waiting, held })
    pair.receiver = this
  }

  get hasRoom(): boolean {
    return this.#places.size < this.#capacity
  }

  newPlace(): SharedPlace {
    const place = new SharedPlace(this)
    this.#places.add(place)
    return place
  }

  /** The stream before with the same far side is known to it. */
  recall(place: SharedPlace, { settings }: RtpStream): void {
    if (settings.remote) place.formerSource ??= this.#former.lastAt(settings.remote, this.#host.clock.nowMs())
  }

  /** The stream is told from others by its settings of now. */
  follow(place: SharedPlace, stream: RtpStream): void {
    const [from] = place.rtpFrom
    if (from && stream.settings.remote && !sameAddress(from, stream.settings.remote)) place.learnedFrom = undefined
    const { rtpFrom, rtcpFrom, declared } = sourcesOf(place, stream)
    if (!place.stream) {
      place.stream = stream
      this.#byRow.set(stream.handle, place)
      this.#waiting.add(place)
    }
    const isCounted = stream.isCountable
    const isOther = isCounted !== place.isCounted
    place.isCounted = isCounted
    const added = without(declared, place.declared)
    const moved = this.#enter(place, rtpFrom, rtcpFrom)
    const gone = without(place.declared, declared)
    place.declared = declared
    this.#declare(place, added, gone)
    if (isOther) this.#announce(place)
    if (moved || added.length > 0) this.#deliverHeld(place)
  }

  /** Nothing is counted for the stream by others any more. */
  stopCounting(place: SharedPlace): void {
    if (!place.isCounted) return
    place.isCounted = false
    this.#announce(place)
  }

  leave(place: SharedPlace): void {
    for (const from of place.rtpFrom) this.#leave(place, this.#rtp, from, place.formerSource)
    for (const from of place.rtcpFrom) this.#leave(place, this.#rtcp, from)
    for (const ssrc of place.declared) this.#declared.remove(ssrc, place)
    this.#waiting.remove(place)
    this.#byRow.delete(place.stream?.handle ?? -1)
    place.receiver = undefined
    this.#places.delete(place)
  }

  /** What nobody was found for within its time is counted. */
  settle(): void {
    this.#held.expire(this.#host.clock.nowMs())
  }

  onRtpPacket(bytes: Uint8Array, from: RemoteInfo, atMs = this.#host.clock.nowMs(), countedRow?: number): void {
    if (countedRow !== undefined) {
      this.#tell(this.#byRow.get(countedRow), bytes, from, atMs, countedRow)
      return
    }
    if (looksLikeRtcp(bytes)) {
      this.onRtcpPacket(bytes, from, atMs)
      return
    }
    const defect = rtpHeaderDefect(bytes)
    if (defect) {
      this.#refuse(bytes, from, atMs, `rtp/${defect}`)
      return
    }
    const ssrc = ssrcOf(bytes)
    const found = this.#rtp.find(from.address, from.port, ssrc)
    if (found) this.#tell(found, bytes, from, atMs)
    else this.#puzzle({ protocol: 'rtp', bytes, from, atMs, ssrc })
  }

  onRtcpPacket(bytes: Uint8Array, from: RemoteInfo, atMs = this.#host.clock.nowMs()): void {
    const ssrc = bytes.length >= 8 ? uint32(bytes, 4) : undefined
    const found = this.#rtcpOwner(from, ssrc)
    const defect = found ? undefined : rtcpDefect(bytes)
    if (found) found.receiver?.onRtcpPacket(bytes, from, atMs)
    // Of SRTCP, which is encrypted behind its first part, only that can be wrong.
    else if (ssrc === undefined || defect === 'bad-version') this.#host.tally.countMalformed(`rtcp/${defect}`)
    else this.#puzzle({ protocol: 'rtcp', bytes, from, atMs, ssrc })
  }

  onSendFailure(): void {
    this.#host.tally.sendFailures++
  }

  #tell(place: SharedPlace | undefined, bytes: Uint8Array, from: RemoteInfo, atMs: number, countedRow?: number): void {
    if (place?.receiver) place.receiver.onRtpPacket(bytes, from, atMs, countedRow)
    else this.#host.tally.strayPackets++
  }

  /** What is malformed is the fault of whose far side it comes from, where that is one. */
  #refuse(bytes: Uint8Array, from: RemoteInfo, atMs: number, kind: string): void {
    const place = this.#rtp.alone(addressOf(from))
    if (place) this.#tell(place, bytes, from, atMs)
    else this.#host.tally.countMalformed(kind)
  }

  /** By the address of its RTCP or its RTP; of those that share one by SSRC, and of unknown ones too. */
  #rtcpOwner(from: RemoteInfo, ssrc: number | undefined): SharedPlace | undefined {
    const address = addressOf(from)
    for (const sides of [this.#rtcp, this.#rtp]) {
      const found = (ssrc !== undefined && sides.find(address.host, address.port, ssrc)) || sides.alone(address)
      if (found) return found
    }
    if (ssrc === undefined || this.#rtcp.at(address).size > 0) return undefined
    return this.#declared.only(ssrc) ?? this.#heardAs(ssrc)
  }

  /** The only stream that was heard to be this source. */
  #heardAs(ssrc: number): SharedPlace | undefined {
    const { ssrcReceived, packetsReceived } = this.#host.table
    let found: SharedPlace | undefined
    for (const [row, place] of this.#byRow) {
      if (ssrcReceived[row] !== ssrc || packetsReceived[row] === 0) continue
      if (found) return undefined
      found = place
    }
    return found
  }

  #puzzle(packet: PuzzlingPacket): void {
    const { from, ssrc, protocol } = packet
    const nowMs = this.#host.clock.nowMs()
    const address = addressOf(from)
    const isFree = this.#rtp.at(address).size === 0 && this.#rtcp.at(address).size === 0
    const isFormer = this.#former.has(address, ssrc, nowMs, isFree)
    const held: HeldPacket = { ...packet, why: isFree ? 'unknown-source' : 'ambiguous-source' }
    const isOpen = protocol === 'rtp' && !(isFree && isFormer)
    const place = isOpen ? this.#likely.of(held, address, nowMs) : undefined
    if (!place && isFormer) {
      this.#host.tally.strayPackets++
      return
    }
    this.#held.push(held, nowMs)
    if (place) this.#learn(place, held, address)
  }

  /** The stream gets what came of it so far, and, if it takes it, what will come. */
  #learn(place: SharedPlace, { why, ssrc, from }: HeldPacket, address: Address): void {
    const { stream } = place
    const { packetsReceived } = this.#host.table
    const before = packetsReceived[stream?.handle ?? 0]
    const isFirst = why === 'ambiguous-source' && place.ssrcs.size === 0 && this.#rtp.alone(address) === place
    this.#deliver(place, (held) => held.ssrc === ssrc && isSameSource(held.from, from))
    if (!stream || place.receiver === undefined || packetsReceived[stream.handle] === before) return
    if (!isFirst) this.#host.tally.sourcesLearned++
    if (why === 'unknown-source') {
      place.learnedFrom = address
      this.follow(place, stream)
    }
    this.#claim(place, ssrc)
  }

  #deliver(place: SharedPlace, isWanted: (packet: HeldPacket) => boolean): void {
    for (const { protocol, bytes, from, atMs } of this.#held.take(isWanted)) {
      if (protocol === 'rtp') this.#tell(place, bytes, from, atMs)
      else place.receiver?.onRtcpPacket(bytes, from, atMs)
    }
  }

  #deliverHeld(place: SharedPlace): void {
    this.#deliver(place, ({ protocol, from, ssrc }) => {
      const owner = protocol === 'rtp' ? this.#rtp.find(from.address, from.port, ssrc) : this.#rtcpOwner(from, ssrc)
      return owner === place
    })
    // The first packets of a source that nobody has named may be its own all the same.
    const first =
      place.ssrcs.size === 0
        ? this.#held.find(({ protocol, from }) => protocol === 'rtp' && this.#rtp.alone(addressOf(from)) === place)
        : undefined
    if (first) this.#learn(place, { ...first, why: 'ambiguous-source' }, addressOf(first.from))
  }

  /** Whether it is found at other addresses than before. */
  #enter(place: SharedPlace, rtpFrom: readonly Address[], rtcpFrom: readonly Address[]): boolean {
    const [newRtp, newRtcp] = [without(rtpFrom, place.rtpFrom), without(rtcpFrom, place.rtcpFrom)]
    const [oldRtp, oldRtcp] = [without(place.rtpFrom, rtpFrom), without(place.rtcpFrom, rtcpFrom)]
    for (const from of oldRtp) this.#leave(place, this.#rtp, from)
    for (const from of oldRtcp) this.#leave(place, this.#rtcp, from)
    place.rtpFrom = rtpFrom
    place.rtcpFrom = rtcpFrom
    for (const from of newRtp) this.#rtp.enter(place, from, place.ssrcs)
    for (const from of newRtcp) this.#rtcp.enter(place, from, place.ssrcs)
    return newRtp.length + newRtcp.length > 0
  }

  #leave(place: SharedPlace, sides: FarSides<SharedPlace>, from: Address, last?: FormerSource): void {
    const wasAlone = sides.alone(from) === place
    this.#former.record(from, place.ssrcs, last, wasAlone, this.#host.clock.nowMs())
    sides.leave(place, from, place.ssrcs)
  }

  #declare(place: SharedPlace, added: readonly number[], gone: readonly number[]): void {
    for (const ssrc of added) {
      this.#declared.add(ssrc, place)
      // A name counts for more than what another was taken to be before it was known.
      for (const from of place.rtpFrom) {
        for (const other of this.#rtp.claimants(from, ssrc))
          if (!other.declared.includes(ssrc)) this.#unclaim(other, ssrc)
      }
      this.#claim(place, ssrc)
    }
    for (const ssrc of gone) {
      this.#declared.remove(ssrc, place)
      this.#unclaim(place, ssrc)
    }
  }

  #unclaim(place: SharedPlace, ssrc: number): void {
    place.ssrcs.delete(ssrc)
    for (const from of place.rtpFrom) this.#rtp.unclaim(place, from, ssrc)
    for (const from of place.rtcpFrom) this.#rtcp.unclaim(place, from, ssrc)
  }

  #claim(place: SharedPlace, ssrc: number): void {
    const oldest = [...place.ssrcs].find((known) => !place.declared.includes(known))
    if (place.ssrcs.size >= mostSources && oldest !== undefined) this.#unclaim(place, oldest)
    place.ssrcs.add(ssrc)
    for (const from of place.rtpFrom) this.#rtp.claim(place, from, ssrc)
    for (const from of place.rtcpFrom) this.#rtcp.claim(place, from, ssrc)
  }

  #announce(place: SharedPlace): void {
    for (const from of place.rtpFrom) this.#rtp.announce(place, from, place.ssrcs)
  }
}

const addressOf = ({ address, port }: RemoteInfo): Address => ({ host: address, port })
