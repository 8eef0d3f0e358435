import type { Codec } from './codec.js'
import { g711Coder } from './g711.js'

/** ITU-T G.711 A-law of one 16-bit sample (13 bits are used); even bits are inverted. */
export function encodePcmaSample(sample: number): number {
  const positive = sample >= 0
  // One's complement for the negative half, so that -1 falls into the smallest negative step.
  const magnitude = (positive ? sample : ~sample) >> 3
  const segment = magnitude < 32 ? 0 : 27 - Math.clz32(magnitude)
  const mantissa = segment < 2 ? (magnitude >> 1) & 0x0f : (magnitude >> segment) & 0x0f
  return (segment << 4) ^ mantissa ^ (positive ? 0xd5 : 0x55)
}

export function decodePcmaSample(byte: number): number {
  const code = byte ^ 0x55
  const segment = (code >> 4) & 0x07
  const step = ((code & 0x0f) << 4) + 8
  const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1)
  return code & 0x80 ? magnitude : -magnitude
}

export const pcma: Codec = {
  name: 'PCMA',
  clockRate: 8000,
  channels: 1,
  payloadType: 8,
  fmtp: '',
  frameMs: 1,
  coder: g711Coder(encodePcmaSample, decodePcmaSample),
}
