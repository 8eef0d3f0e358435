import type { Codec } from './codec.js'
import { g711Coder } from './g711.js'

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

export const pcmu: Codec = {
  name: 'PCMU',
  clockRate: 8000,
  channels: 1,
  payloadType: 0,
  fmtp: '',
  frameMs: 1,
  coder: g711Coder(encodePcmuSample, decodePcmuSample),
}
