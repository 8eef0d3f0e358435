import type { SrtpKeys } from '../../model/srtp.js'
import { payloadStart, sequenceOf, ssrcOf, uint32, writeUint32 } from '../rtp/rtp-header.js'
import { copyPacket } from './packet-copy.js'
import { PacketIndex } from './packet-index.js'
import { encryptedFlag, rtcpClearBytes, rtcpIndexBytes, SrtpContext } from './srtp-context.js'
import type { SrtpSender } from './srtp-sender.js'

/** SRTCP's index has 31 bits (RFC 3711 3.4). */
const rtcpIndexMask = 0x7fff_ffff

class SentSource {
  readonly ssrc: number
  readonly index = new PacketIndex()
  rtcpIndex = 0

  constructor(ssrc: number) {
    this.ssrc = ssrc
  }
}

/** The sender over node:crypto. */
export class NodeSrtpSender implements SrtpSender {
  readonly handle = undefined
  readonly #context: SrtpContext
  readonly #sources = new Map<number, SentSource>()
  #last = new SentSource(-1)

  /** Throws on keys that do not fit their suite. */
  constructor(keys: SrtpKeys) {
    this.#context = new SrtpContext(keys)
  }

  get rtpOverheadBytes(): number {
    return this.#context.suite.rtpTagBytes + this.#context.mki.length
  }

  get rtcpOverheadBytes(): number {
    return this.#context.suite.rtcpTagBytes + rtcpIndexBytes + this.#context.mki.length
  }

  protectRtp(packet: Uint8Array, length: number, into: Uint8Array): number {
    const { rtp, suite, mki, tagFirst } = this.#context
    copyPacket(packet, length, into)
    const source = this.#source(ssrcOf(into))
    const sequence = sequenceOf(into)
    const rollover = source.index.rolloverOf(sequence)
    source.index.advance(rollover, sequence)
    const tagAt = tagFirst ? length : length + mki.length
    const mkiAt = tagFirst ? length + suite.rtpTagBytes : length
    rtp.seal(into, payloadStart(into), length, source.ssrc, rollover, sequence, rollover, tagAt)
    if (mki.length > 0) into.set(mki, mkiAt)
    return length + suite.rtpTagBytes + mki.length
  }

  protectRtcp(packet: Uint8Array, length: number, into: Uint8Array): number {
    const { rtcp, suite, mki, tagFirst } = this.#context
    copyPacket(packet, length, into)
    const source = this.#source(uint32(into, 4))
    const index = source.rtcpIndex
    source.rtcpIndex = (index + 1) & rtcpIndexMask
    const word = (encryptedFlag | index) >>> 0
    const wordAt = tagFirst ? length + suite.rtcpTagBytes : length
    const tagAt = tagFirst ? length : length + rtcpIndexBytes + mki.length
    rtcp.seal(into, rtcpClearBytes, length, source.ssrc, index >>> 16, index & 0xffff, word, tagAt)
    writeUint32(into, wordAt, word)
    if (mki.length > 0) into.set(mki, wordAt + rtcpIndexBytes)
    return length + rtcpIndexBytes + suite.rtcpTagBytes + mki.length
  }

  #source(ssrc: number): SentSource {
    if (this.#last.ssrc === ssrc) return this.#last
    let source = this.#sources.get(ssrc)
    if (!source) {
      source = new SentSource(ssrc)
      this.#sources.set(ssrc, source)
    }
    this.#last = source
    return source
  }
}
