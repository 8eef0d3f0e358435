import type { CapturedMediaCall, CapturedRtpStream, RtpUser } from '../../capture/rtp/captured-rtp.js'
import { formatAddress } from '../../model/address.js'
import type { CapturedCallAudio, CapturedMedia, CapturedStream } from '../../model/result.js'

/** Streams and calls that are shown; all are counted. */
const mostStreams = 100
const mostCalls = 50

/** What the RTP of captures comes to: totals, the worst streams, and the calls that were not heard both ways. */
export class MediaTally implements RtpUser {
  streams = 0
  packets = 0
  lost = 0
  readonly #worst: CapturedStream[] = []
  readonly #heard: Record<string, number> = {}
  readonly #unheard: CapturedCallAudio[] = []

  onStream(stream: CapturedRtpStream): void {
    this.streams++
    this.packets += stream.packets - stream.duplicated
    this.lost += stream.lost
    this.#worst.push(shown(stream))
    if (this.#worst.length > 2 * mostStreams) this.#keepWorst()
  }

  onCall(call: CapturedMediaCall): void {
    const { heard, callId, packetsFromCaller, packetsFromCallee } = call
    this.#heard[heard] = (this.#heard[heard] ?? 0) + 1
    if ((heard !== 'one-way' && heard !== 'silent') || this.#unheard.length >= mostCalls) return
    const [caller, callee] = [formatAddress(call.caller), formatAddress(call.callee)]
    this.#unheard.push({ callId, caller, callee, heard, packetsFromCaller, packetsFromCallee })
  }

  media(): CapturedMedia {
    this.#keepWorst()
    return { streams: [...this.#worst], calls: { ...this.#heard }, unheard: this.#unheard }
  }

  /** By the share that was lost, then by jitter. */
  #keepWorst(): void {
    const share = ({ lost, expected }: CapturedStream): number => lost / Math.max(1, expected)
    this.#worst.sort((a, b) => share(b) - share(a) || (b.maxJitterMs ?? 0) - (a.maxJitterMs ?? 0))
    this.#worst.length = Math.min(this.#worst.length, mostStreams)
  }
}

function shown(stream: CapturedRtpStream): CapturedStream {
  const { callId, payloadTypes, dtmf } = stream
  return {
    source: formatAddress(stream.source),
    destination: formatAddress(stream.destination),
    ssrc: stream.ssrc,
    ...(callId === undefined ? {} : { callId }),
    codecs: payloadTypes.map(({ payloadType, name }) => name || `${payloadType}`),
    packets: stream.packets,
    expected: stream.expected,
    lost: stream.lost,
    duplicated: stream.duplicated,
    reordered: stream.reordered,
    sequenceErrors: stream.sequenceErrors,
    maxDeltaMs: stream.maxDeltaMs ?? null,
    maxDeltaFrame: stream.maxDeltaFrame,
    meanJitterMs: stream.meanJitterMs ?? null,
    maxJitterMs: stream.maxJitterMs ?? null,
    dtmf,
  }
}
