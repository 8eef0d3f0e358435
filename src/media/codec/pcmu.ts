import type { Codec } from './codec.js'

const bias = 0x84
const largest = 32_635

/** ITU-T G.711 mu-law of one 16-bit sample: sign, segment and step, all bits inverted. */
export function encodePcmuSample(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0
  const magnitude = Math.min(sign ? -sample : sample, largest) + bias
  const exponent = 24 - Math.clz32(magnitude)
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f
  return ~(sign | (exponent << 4) | mantissa) & 0xff
}

export function decodePcmuSample(byte: number): number {
  const code = ~byte & 0xff
  const exponent = (code >> 4) & 0x07
  const magnitude = (((code & 0x0f) << 3) + bias) << exponent
  return code & 0x80 ? bias - magnitude : magnitude - bias
}

const encoded = new Uint8Array(65_536)
for (let sample = -32_768; sample < 32_768; sample++) encoded[sample & 0xffff] = encodePcmuSample(sample)
const decoded = Int16Array.from({ length: 256 }, (_, byte) => decodePcmuSample(byte))

export const pcmu: Codec = {
  name: 'PCMU',
  clockRate: 8000,
  staticPayloadType: 0,
  payloadBytes: (ptimeMs) => ptimeMs * 8,
  encode(samples, into) {
    for (let i = 0; i < samples.length; i++) into[i] = encoded[(samples[i] ?? 0) & 0xffff] ?? 0
  },
  decode(payload, into) {
    for (let i = 0; i < payload.length; i++) into[i] = decoded[payload[i] ?? 0] ?? 0
  },
}
