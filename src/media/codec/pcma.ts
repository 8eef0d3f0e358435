import type { Codec } from './codec.js'

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

const encoded = new Uint8Array(65_536)
for (let sample = -32_768; sample < 32_768; sample++) encoded[sample & 0xffff] = encodePcmaSample(sample)
const decoded = Int16Array.from({ length: 256 }, (_, byte) => decodePcmaSample(byte))

export const pcma: Codec = {
  name: 'PCMA',
  clockRate: 8000,
  staticPayloadType: 8,
  payloadBytes: (ptimeMs) => ptimeMs * 8,
  encode(samples, into) {
    for (let i = 0; i < samples.length; i++) into[i] = encoded[(samples[i] ?? 0) & 0xffff] ?? 0
  },
  decode(payload, into) {
    for (let i = 0; i < payload.length; i++) into[i] = decoded[payload[i] ?? 0] ?? 0
  },
}
