import type { SrtpKeys } from '../../model/srtp.js'
import { payloadStart, rtpHeaderDefect, sequenceOf, ssrcOf, uint32 } from '../rtp/rtp-header.js'
import { indexOf, PacketIndex } from './packet-index.js'
import { ReplayWindow } from './replay-window.js'
import { encryptedFlag, rtcpClearBytes, rtcpIndexBytes, SrtpContext } from './srtp-context.js'
import type { SrtpFailure } from './srtp-failure.js'
import type { SrtpReceiver } from './srtp-receiver.js'

class ReceivedSource {
  readonly ssrc: number
  readonly index = new PacketIndex()
  readonly rtp = new ReplayWindow()
  readonly rtcp = new ReplayWindow()

  constructor(ssrc: number) {
    this.ssrc = ssrc
  }
}

/** The receiver over node:crypto. */
export class NodeSrtpReceiver implements SrtpReceiver {
  readonly handle = undefined
  readonly #contexts: readonly SrtpContext[]
  readonly #sources = new Map<number, ReceivedSource>()
  #last = new ReceivedSource(-1)

  /** Throws on keys that do not fit their suite. Further keys have MKIs as long as the first one's. */
  constructor(keys: SrtpKeys, ...further: readonly SrtpKeys[]) {
    this.#contexts = [keys, ...further].map((each) => new SrtpContext(each))
  }

  unprotectRtp(bytes: Uint8Array, into: Uint8Array): number | SrtpFailure {
    if (rtpHeaderDefect(bytes)) return 'bad-header'
    const header = payloadStart(bytes)
    const context = this.#contextOf(bytes, false)
    if (!context) return 'unknown-mki'
    const { suite, mki, tagFirst } = context
    const end = bytes.length - suite.rtpTagBytes - mki.length
    if (end < header) return 'too-short'
    const ssrc = ssrcOf(bytes)
    const known = this.#known(ssrc)
    const source = known ?? new ReceivedSource(ssrc)
    const sequence = sequenceOf(bytes)
    const rollover = source.index.rolloverOf(sequence)
    const index = indexOf(rollover, sequence)
    const replay = source.rtp.check(index)
    if (replay) return replay
    if (bytes !== into) into.set(bytes)
    const tagAt = tagFirst ? end : end + mki.length
    if (!context.rtp.open(into, header, end, ssrc, rollover, sequence, rollover, tagAt)) return 'auth-failed'
    source.rtp.accept(index)
    source.index.advance(rollover, sequence)
    // Only what is authentic makes a source (RFC 4568 6.4.1).
    if (!known) this.#sources.set(ssrc, source)
    this.#last = source
    return end
  }

  unprotectRtcp(bytes: Uint8Array, into: Uint8Array): number | SrtpFailure {
    if (bytes.length < rtcpClearBytes || ((bytes[0] ?? 0) & 0xc0) !== 0x80) return 'bad-header'
    const context = this.#contextOf(bytes, true)
    if (!context) return 'unknown-mki'
    const { suite, mki, tagFirst } = context
    const end = bytes.length - suite.rtcpTagBytes - rtcpIndexBytes - mki.length
    if (end < rtcpClearBytes) return 'too-short'
    const wordAt = tagFirst ? end + suite.rtcpTagBytes : end
    const tagAt = tagFirst ? end : end + rtcpIndexBytes + mki.length
    const word = uint32(bytes, wordAt)
    const encrypted = word >= encryptedFlag
    const index = encrypted ? word - encryptedFlag : word
    const ssrc = uint32(bytes, 4)
    const known = this.#known(ssrc)
    const source = known ?? new ReceivedSource(ssrc)
    const replay = source.rtcp.check(index)
    if (replay) return replay
    if (bytes !== into) into.set(bytes)
    const start = encrypted ? rtcpClearBytes : end
    if (!context.rtcp.open(into, start, end, ssrc, index >>> 16, index & 0xffff, word, tagAt)) return 'auth-failed'
    source.rtcp.accept(index)
    if (!known) this.#sources.set(ssrc, source)
    this.#last = source
    return end
  }

  #known(ssrc: number): ReceivedSource | undefined {
    return this.#last.ssrc === ssrc ? this.#last : this.#sources.get(ssrc)
  }

  #contextOf(bytes: Uint8Array, rtcp: boolean): SrtpContext | undefined {
    for (const context of this.#contexts) if (hasMki(bytes, context, rtcp)) return context
    return undefined
  }
}

/** Whether a packet carries the context's MKI; a context without one takes every packet. */
function hasMki(bytes: Uint8Array, { mki, suite, tagFirst }: SrtpContext, rtcp: boolean): boolean {
  if (mki.length === 0) return true
  const tagBytes = rtcp ? suite.rtcpTagBytes : suite.rtpTagBytes
  const at = bytes.length - mki.length - (tagFirst ? 0 : tagBytes)
  for (let i = 0; i < mki.length; i++) if (bytes[at + i] !== mki[i]) return false
  return true
}
