import { type Codec, type Decoder, type Encoder, joinPlainly } from './codec.js'
import { MirrorFilter } from './g722/mirror-filter.js'
import { type BandShape, SubBand } from './g722/sub-band.js'
import {
  higherDecision,
  higherLevels,
  higherLogSteps,
  higherNegativeCodes,
  higherPositiveCodes,
  lowerDecisions,
  lowerLevels4,
  lowerLevels6,
  lowerLogSteps,
  lowerNegativeCodes,
  lowerPositiveCodes,
} from './g722/tables.js'

const lowerBand: BandShape = { initialScale: 32, largestLog: 18_432, exponent: 8, logSteps: lowerLogSteps }
const higherBand: BandShape = { initialScale: 8, largestLog: 22_528, exponent: 10, logSteps: higherLogSteps }

const limited = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high)

const magnitudeOf = (difference: number): number => (difference >= 0 ? difference : ~difference)

/** QUANTL: the code word of 6 bits. */
function quantizeLower(difference: number, scale: number): number {
  const magnitude = magnitudeOf(difference)
  let level = 1
  while (level < 30 && magnitude >= ((lowerDecisions[level] ?? 0) * scale) >> 12) level++
  return (difference < 0 ? lowerNegativeCodes[level] : lowerPositiveCodes[level]) ?? 0
}

/** QUANTH: the code word of 2 bits. */
function quantizeHigher(difference: number, scale: number): number {
  const level = magnitudeOf(difference) >= (higherDecision * scale) >> 12 ? 2 : 1
  return (difference < 0 ? higherNegativeCodes[level] : higherPositiveCodes[level]) ?? 0
}

const inverse = (levels: Int16Array, code: number, scale: number): number => (scale * (levels[code] ?? 0)) >> 15

/** ITU-T G.722 at 64 kbit/s: two samples at 16 kHz become a byte, 6 bits of the lower and 2 of the higher band. */
class G722Encoder implements Encoder {
  readonly #filter = new MirrorFilter()
  readonly #lower = new SubBand(lowerBand)
  readonly #higher = new SubBand(higherBand)

  encode(samples: Int16Array, into: Uint8Array): number {
    const count = samples.length >> 1
    for (let i = 0; i < count; i++) into[i] = this.#encodePair(samples[2 * i] ?? 0, samples[2 * i + 1] ?? 0)
    return count
  }

  #encodePair(first: number, second: number): number {
    const filter = this.#filter
    filter.push(first, second)
    // 13 bits of the filter's gain and one more, since the coder works on 15 bits.
    const low = limited((filter.odd + filter.even) >> 14, -16_384, 16_383)
    const high = limited((filter.odd - filter.even) >> 14, -16_384, 16_383)
    const lower = this.#lower
    const lowCode = quantizeLower(limited(low - lower.prediction, -32_768, 32_767), lower.scale)
    lower.adapt(inverse(lowerLevels4, lowCode >> 2, lower.scale), lowCode >> 2)
    const higher = this.#higher
    const highCode = quantizeHigher(limited(high - higher.prediction, -32_768, 32_767), higher.scale)
    higher.adapt(inverse(higherLevels, highCode, higher.scale), highCode)
    return (highCode << 6) | lowCode
  }
}

class G722Decoder implements Decoder {
  readonly #filter = new MirrorFilter()
  readonly #lower = new SubBand(lowerBand)
  readonly #higher = new SubBand(higherBand)

  decode(bytes: Uint8Array, into: Int16Array, start = 0, end = bytes.length): number {
    let count = 0
    for (let i = start; i < end; i++) {
      this.#decodeByte(bytes[i] ?? 0)
      into[count++] = limited(this.#filter.odd >> 11, -32_768, 32_767)
      into[count++] = limited(this.#filter.even >> 11, -32_768, 32_767)
    }
    return count
  }

  #decodeByte(byte: number): void {
    const lower = this.#lower
    const lowCode = byte & 0x3f
    const low = limited(lower.prediction + inverse(lowerLevels6, lowCode, lower.scale), -16_384, 16_383)
    lower.adapt(inverse(lowerLevels4, lowCode >> 2, lower.scale), lowCode >> 2)
    const higher = this.#higher
    const highCode = byte >> 6
    const difference = inverse(higherLevels, highCode, higher.scale)
    const high = limited(higher.prediction + difference, -16_384, 16_383)
    higher.adapt(difference, highCode)
    this.#filter.push(low + high, low - high)
  }
}

export const g722: Codec = {
  name: 'G722',
  // RFC 3551 4.5.2: a historical error that stays: timestamps count 8000 a second for 16000 samples.
  clockRate: 8000,
  channels: 1,
  payloadType: 9,
  fmtp: '',
  frameMs: 1,
  coder: {
    sampleRate: 16_000,
    decodedRates: [16_000],
    longestPayload: (ptimeMs) => ptimeMs * 8,
    newEncoder: () => new G722Encoder(),
    newDecoder: () => new G722Decoder(),
    pieces: { newEncoder: () => new G722Encoder(), join: joinPlainly },
  },
}
