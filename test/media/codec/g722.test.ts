import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { codecs } from '../../../src/media/codec/registry.js'
import { amplitudeAt, roundTrip, tone } from './signal.js'

const { coder } = codecs.G722
if (!coder) throw new Error('no coder')

/** Pseudo-random 32-bit words, the same on every machine and in every language. */
function words(count: number, seed: number): Uint32Array {
  let state = seed
  return Uint32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state
  })
}

const noise = Int16Array.from(words(32_000, 1), (word) => word >> 18)
const chirp = Int16Array.from({ length: 32_000 }, (_, i) => (((i * i) >> 6) & 0x3fff) - 8192)
const anyBytes = Uint8Array.from(words(16_000, 7), (word) => word >>> 24)

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 32)
const samplesDigest = (pcm: Int16Array) => digest(new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength))

function encode(samples: Int16Array): Uint8Array {
  const into = new Uint8Array(samples.length / 2)
  coder?.newEncoder(20).encode(samples, into)
  return into
}

function decode(bytes: Uint8Array): Int16Array {
  const into = new Int16Array(bytes.length * 2)
  coder?.newDecoder().decode(bytes, into)
  return into
}

// Digests of what spandsp 0.0.6 encodes, and of what both spandsp and libavcodec 59 decode.
describe('G.722 is bit by bit what independent implementations make', () => {
  it.each([
    ['noise', noise, 'b350b9bebc19076ca3f3836435b3cd45', 'bc417fdc2703bcaf8c2c0ca82c7e3f51'],
    ['a chirp with steps', chirp, '1934850d4fd4f6d5bb4aa1a7081cbe81', 'f780b22eb36cb76f36eea4724f75641c'],
  ])('of %s', (_what, samples, encoded, decoded) => {
    const bytes = encode(samples)
    expect(digest(bytes)).toBe(encoded)
    expect(samplesDigest(decode(bytes))).toBe(decoded)
  })

  it('of bytes that no encoder sends', () => {
    expect(samplesDigest(decode(anyBytes))).toBe('90579fee67cd8de4618ce41b481d1975')
  })
})

describe('G.722', () => {
  it('encodes a pair of samples of 16 kHz as a byte, however packets divide them', () => {
    const encoder = coder.newEncoder(10)
    const parts = Buffer.concat(
      Array.from({ length: 10 }, (_, i) => {
        const into = new Uint8Array(80)
        expect(encoder.encode(noise.subarray(i * 160, (i + 1) * 160), into)).toBe(80)
        return into
      }),
    )
    expect(Buffer.compare(parts, encode(noise.subarray(0, 1600)))).toBe(0)
  })

  it('limits what is too loud instead of wrapping around', () => {
    const heard = roundTrip(coder, tone(16_000, 1000, 1, 32_767), 20).subarray(3200)
    expect(amplitudeAt(heard, 16_000, 1000)).toBeGreaterThan(28_000)
    for (let i = 1; i < heard.length; i++) {
      expect(Math.abs((heard[i] ?? 0) - (heard[i - 1] ?? 0))).toBeLessThan(20_000)
    }
  })

  it('is nearly silent at silence', () => {
    expect(Math.max(...decode(encode(new Int16Array(3200))).map(Math.abs))).toBeLessThan(8)
  })
})
