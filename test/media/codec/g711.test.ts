import { describe, expect, it } from 'vitest'
import wavefile from 'wavefile'
import { codecs } from '../../../src/media/codec/registry.js'

const every16BitSample = Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768)
const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i)

const coderOf = (name: 'PCMU' | 'PCMA') => {
  const { coder } = codecs[name]
  if (!coder) throw new Error('no coder')
  return coder
}
const encodeAll = (name: 'PCMU' | 'PCMA') => {
  const into = new Uint8Array(65_536)
  coderOf(name).newEncoder(20).encode(every16BitSample, into)
  return into
}
const decodeAll = (name: 'PCMU' | 'PCMA', bytes: Uint8Array) => {
  const into = new Int16Array(bytes.length)
  coderOf(name).newDecoder().decode(bytes, into)
  return into
}

describe.each(['PCMU', 'PCMA'] as const)('%s over all 65536 samples', (name) => {
  const encoded = encodeAll(name)
  const roundTrip = decodeAll(name, encoded)

  it('gives a byte for each sample that decodes within half a step of its segment', () => {
    for (let i = 0; i < 65_536; i++) {
      const sample = every16BitSample[i] ?? 0
      const error = Math.abs((roundTrip[i] ?? 0) - sample)
      // Half a step is 1/32 of where the segment begins; mu-law has its bias of 132 on top, A-law is one's complement.
      const allowed = Math.max(8, (Math.abs(sample) + (name === 'PCMU' ? 132 : 1)) / 32)
      if (error > allowed) throw new Error(`${sample} became ${roundTrip[i]}`)
    }
  })

  it('is monotonic', () => {
    for (let i = 1; i < 65_536; i++) expect(roundTrip[i]! >= roundTrip[i - 1]!).toBe(true)
  })

  it('encodes every decoded byte to itself', () => {
    const again = new Uint8Array(256)
    coderOf(name).newEncoder(20).encode(decodeAll(name, everyByte), again)
    // Mu-law has two zeros; the negative one becomes the positive one.
    const expected = everyByte.map((byte) => (name === 'PCMU' && byte === 0x7f ? 0xff : byte))
    expect(again).toEqual(expected)
  })

  it('uses all levels', () => {
    expect(new Set(encoded).size).toBe(256)
  })
})

describe('known values of ITU-T G.711', () => {
  it.each([
    ['PCMU', 0, 0xff],
    ['PCMU', 32_767, 0x80],
    ['PCMU', -32_768, 0x00],
    ['PCMU', 8, 0xfe],
    ['PCMU', -8, 0x7e],
    ['PCMA', 0, 0xd5],
    ['PCMA', -1, 0x55],
    ['PCMA', 32_767, 0xaa],
    ['PCMA', -32_768, 0x2a],
    ['PCMA', 16, 0xd4],
  ] as const)('%s of %i', (name, sample, byte) => {
    const into = new Uint8Array(1)
    coderOf(name).newEncoder(20).encode(Int16Array.of(sample), into)
    expect(into[0]).toBe(byte)
  })
})

// The wavefile package has its own G.711: an independent opinion on every decoded byte.
describe('agrees with an independent implementation', () => {
  const decoder = (name: 'PCMU' | 'PCMA') => {
    const wav = new wavefile.WaveFile()
    wav.fromScratch(1, 8000, name === 'PCMU' ? '8m' : '8a', everyByte)
    if (name === 'PCMU') wav.fromMuLaw()
    else wav.fromALaw()
    return Array.from(wav.getSamples(false) as unknown as ArrayLike<number>)
  }

  it.each(['PCMU', 'PCMA'] as const)('in decoding %s', (name) => {
    expect(Array.from(decodeAll(name, everyByte), (value) => value + 0)).toEqual(
      decoder(name).map((value) => value + 0),
    )
  })
})
