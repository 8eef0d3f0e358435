import wavefile from 'wavefile'
import type { RecordedPacket } from '../../model/record.js'
import { type HeardAudio, heardAudio } from './heard-audio.js'
import { upsample } from './upsample.js'

/**
 * A WAV file of what the legs of a call heard, a channel each in their order, all from the moment on at which the first
 * packet of any arrived. Undefined when nothing was heard that can be decoded.
 */
export function callRecording(legs: readonly (readonly RecordedPacket[])[]): Uint8Array | undefined {
  const arrivals = legs.flatMap((packets) => packets[0]?.atMs ?? [])
  const startMs = Math.min(...arrivals)
  const heard = legs.map((packets) => heardAudio(packets, startMs))
  const audible = heard.filter((audio): audio is HeardAudio => audio !== undefined)
  if (audible.length === 0) return undefined
  const sampleRate = Math.max(...audible.map((audio) => audio.sampleRate))
  const channels = heard.map((audio) =>
    audio ? upsample(audio.samples, audio.sampleRate, sampleRate) : new Int16Array(0),
  )
  const length = Math.max(...channels.map((samples) => samples.length))
  const filled = channels.map((samples) => {
    const whole = new Int16Array(length)
    whole.set(samples)
    return whole
  })
  const wav = new wavefile.WaveFile()
  wav.fromScratch(filled.length, sampleRate, '16', filled.length === 1 ? (filled[0] ?? []) : filled)
  return wav.toBuffer()
}
