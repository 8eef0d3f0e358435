import { type Coder, type Decoder, type Encoder, joinPlainly } from './codec.js'

/** ITU-T G.711 without state: a byte a sample, both ways by table. */
export function g711Coder(encodeSample: (sample: number) => number, decodeByte: (byte: number) => number): Coder {
  const encoded = new Uint8Array(65_536)
  for (let sample = -32_768; sample < 32_768; sample++) encoded[sample & 0xffff] = encodeSample(sample)
  const decoded = Int16Array.from({ length: 256 }, (_, byte) => decodeByte(byte))
  const encoder: Encoder = {
    encode(samples, into) {
      for (let i = 0; i < samples.length; i++) into[i] = encoded[(samples[i] ?? 0) & 0xffff] ?? 0
      return samples.length
    },
  }
  const decoder: Decoder = {
    decode(bytes, into, start = 0, end = bytes.length) {
      for (let i = start; i < end; i++) into[i - start] = decoded[bytes[i] ?? 0] ?? 0
      return Math.max(0, end - start)
    },
  }
  return {
    sampleRate: 8000,
    decodedRates: [8000],
    longestPayload: (ptimeMs) => ptimeMs * 8,
    newEncoder: () => encoder,
    newDecoder: () => decoder,
    pieces: { newEncoder: () => encoder, join: joinPlainly },
  }
}
