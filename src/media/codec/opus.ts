import { createRequire } from 'node:module'
import type { Decoder as OpusDecoder, Encoder as OpusEncoder } from '@evan/opus'
import type { Codec, Decoder, Encoder } from './codec.js'
import { joinFrames } from './opus-packet.js'

const sampleRate = 48_000
/** What browsers use for speech. */
const bitrate = 32_000
/** RFC 6716 2: no frame is longer than 1275 bytes; a packet here has at most six of 10 ms. */
const longestFrameBytes = 1275
const frameTimesMs = [10, 20, 40, 60]
const jointFrameMs = 10

interface OpusPackage {
  readonly Encoder: typeof OpusEncoder
  readonly Decoder: typeof OpusDecoder
}

let loaded: OpusPackage | undefined

/** Native code that a run without Opus never loads. */
function opusPackage(): OpusPackage {
  loaded ??= createRequire(import.meta.url)('@evan/opus') as OpusPackage
  return loaded
}

/** Packet times that are a frame time of Opus are one frame, in the modes that suit speech. */
class SpeechEncoder implements Encoder {
  readonly #encoder: OpusEncoder

  constructor() {
    this.#encoder = new (opusPackage().Encoder)({ channels: 1, sample_rate: sampleRate, application: 'voip' })
    this.#encoder.bitrate = bitrate
  }

  encode(samples: Int16Array, into: Uint8Array): number {
    const packet = this.#encoder.encode(samples)
    into.set(packet)
    return packet.length
  }
}

/** Frames that can be joined: one mode and bandwidth, since the frames of a packet share a TOC byte. */
class PieceEncoder implements Encoder {
  readonly #encoder: OpusEncoder

  constructor() {
    this.#encoder = new (opusPackage().Encoder)({
      channels: 1,
      sample_rate: sampleRate,
      application: 'restricted_lowdelay',
    })
    this.#encoder.bitrate = bitrate
    this.#encoder.bandwidth = 'fullband'
  }

  encode(samples: Int16Array, into: Uint8Array): number {
    const packet = this.#encoder.encode(samples)
    into.set(packet)
    return packet.length
  }
}

/** 30 and 50 ms are several frames of 10 ms in one packet. */
class JointEncoder implements Encoder {
  readonly #encoder = new PieceEncoder()
  readonly #frame = new Uint8Array(longestFrameBytes + 1)

  encode(samples: Int16Array, into: Uint8Array): number {
    const frameSamples = (jointFrameMs * sampleRate) / 1000
    const frames: Uint8Array[] = []
    for (let at = 0; at < samples.length; at += frameSamples) {
      const length = this.#encoder.encode(samples.subarray(at, at + frameSamples), this.#frame)
      frames.push(this.#frame.slice(0, length))
    }
    return joinFrames(frames, into)
  }
}

class MonoDecoder implements Decoder {
  readonly #decoder: OpusDecoder

  constructor(rate: 8000 | 16_000 | 48_000) {
    this.#decoder = new (opusPackage().Decoder)({ channels: 1, sample_rate: rate })
  }

  decode(bytes: Uint8Array, into: Int16Array, start = 0, end = bytes.length): number {
    const decoded = this.#decode(bytes.subarray(start, end))
    if (!decoded) return 0
    const samples = new Int16Array(decoded.buffer, decoded.byteOffset, decoded.length >> 1)
    into.set(samples)
    return samples.length
  }

  /** The package throws at payloads that are no Opus, and they may come from anywhere. */
  #decode(payload: Uint8Array): Uint8Array | undefined {
    try {
      return this.#decoder.decode(payload)
    } catch {
      return undefined
    }
  }
}

const rates = [8000, 16_000, 48_000] as const

/** RFC 6716 and RFC 7587, over libopus. */
export const opus: Codec = {
  name: 'opus',
  clockRate: sampleRate,
  // RFC 7587 7: always 2, whatever is sent.
  channels: 2,
  payloadType: 111,
  fmtp: 'minptime=10;useinbandfec=1',
  frameMs: jointFrameMs,
  coder: {
    sampleRate,
    decodedRates: rates,
    longestPayload: () => 2 + 6 * (longestFrameBytes + 2),
    newEncoder: (ptimeMs) => (frameTimesMs.includes(ptimeMs) ? new SpeechEncoder() : new JointEncoder()),
    newDecoder: (rate = sampleRate) => new MonoDecoder(rates.find((known) => known === rate) ?? sampleRate),
    pieces: { newEncoder: () => new PieceEncoder(), join: joinFrames },
  },
}
