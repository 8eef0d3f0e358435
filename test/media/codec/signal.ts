import type { Coder } from '../../../src/media/codec/codec.js'

export function tone(rate: number, frequencyHz: number, seconds: number, amplitude = 8000): Int16Array {
  return Int16Array.from({ length: rate * seconds }, (_, i) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * frequencyHz * i) / rate)),
  )
}

/** What is heard of samples that went through an encoder and a decoder. */
export function roundTrip(coder: Coder, samples: Int16Array, ptimeMs: number): Int16Array {
  const encoder = coder.newEncoder(ptimeMs)
  const decoder = coder.newDecoder()
  const frame = (coder.sampleRate * ptimeMs) / 1000
  const payload = new Uint8Array(coder.longestPayload(ptimeMs))
  const heard = new Int16Array(samples.length)
  for (let at = 0; at + frame <= samples.length; at += frame) {
    const bytes = encoder.encode(samples.subarray(at, at + frame), payload)
    decoder.decode(payload.subarray(0, bytes), heard.subarray(at, at + frame))
  }
  return heard
}

/** Samples by which `heard` is behind `sent`: where the correlation is highest. */
export function delayOf(sent: Int16Array, heard: Int16Array, most: number): number {
  let [best, delay] = [Number.NEGATIVE_INFINITY, 0]
  const length = Math.min(sent.length, heard.length) - most
  for (let lag = 0; lag <= most; lag++) {
    let sum = 0
    for (let i = 0; i < length; i += 3) sum += (sent[i] ?? 0) * (heard[i + lag] ?? 0)
    if (sum > best) [best, delay] = [sum, lag]
  }
  return delay
}

/** Signal-to-noise ratio after the delay of the codec, at most a hundredth of the signal, is taken out. */
export function signalToNoiseDb(sent: Int16Array, heard: Int16Array): number {
  const most = Math.round(sent.length / 100)
  const delay = delayOf(sent, heard, most)
  let [signal, noise] = [0, 0]
  for (let i = 0; i + delay < heard.length; i++) {
    const value = sent[i] ?? 0
    signal += value * value
    noise += (value - (heard[i + delay] ?? 0)) ** 2
  }
  return 10 * Math.log10(signal / noise)
}

/** Amplitude of one frequency in samples. */
export function amplitudeAt(samples: Int16Array, rate: number, frequencyHz: number): number {
  const step = (2 * Math.PI * frequencyHz) / rate
  let [real, imaginary] = [0, 0]
  for (let i = 0; i < samples.length; i++) {
    real += (samples[i] ?? 0) * Math.cos(step * i)
    imaginary += (samples[i] ?? 0) * Math.sin(step * i)
  }
  return (2 * Math.hypot(real, imaginary)) / samples.length
}

/** By how much a codec changes the level of a tone, after it has settled. */
export function toneGainDb(coder: Coder, frequencyHz: number): number {
  const { sampleRate } = coder
  const sent = tone(sampleRate, frequencyHz, 1.2)
  const heard = roundTrip(coder, sent, 20).subarray(sampleRate * 0.2)
  return 20 * Math.log10(amplitudeAt(heard, sampleRate, frequencyHz) / 8000)
}
