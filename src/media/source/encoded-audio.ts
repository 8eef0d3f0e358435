import type { AudioSource } from '../../model/scenario.js'
import { type CodecName, codecs } from '../codec/registry.js'
import { type AudioFailure, loadSamples, sampleRate, sourceKey } from './samples.js'

/** A loop of ready payloads that all streams of the same source, codec and packet time send from. */
export interface EncodedAudio {
  readonly kind: 'encoded'
  /** Payloads in order, all of `frameBytes`; views of one block. Never written to. */
  readonly frames: readonly Uint8Array[]
  readonly frameBytes: number
}

const encodedLoops = new Map<string, EncodedAudio>()

/** Encoded once per source, codec and packet time; packet times are whole milliseconds from 5 to 200. */
export function encodedAudio(source: AudioSource, codecName: CodecName, ptimeMs: number): EncodedAudio | AudioFailure {
  if (!Number.isInteger(ptimeMs) || ptimeMs < 5 || ptimeMs > 200) {
    return { kind: 'audio-failure', text: `a packet time of ${ptimeMs} ms cannot be sent` }
  }
  const key = `${codecName}/${ptimeMs}/${sourceKey(source)}`
  const known = encodedLoops.get(key)
  if (known) return known
  const samples = loadSamples(source)
  if (samples.kind === 'audio-failure') return samples
  const encoded = encodeLoop(samples.pcm, codecName, ptimeMs)
  encodedLoops.set(key, encoded)
  return encoded
}

function encodeLoop(pcm: Int16Array, codecName: CodecName, ptimeMs: number): EncodedAudio {
  const codec = codecs[codecName]
  const frameSamples = (ptimeMs * sampleRate) / 1000
  const frameBytes = codec.payloadBytes(ptimeMs)
  // The last frame is filled up from the start of the loop, so that the loop has no hole.
  const count = Math.max(1, Math.ceil(pcm.length / frameSamples))
  const block = new Uint8Array(count * frameBytes)
  const frame = new Int16Array(frameSamples)
  const frames: Uint8Array[] = []
  for (let index = 0; index < count; index++) {
    for (let i = 0; i < frameSamples; i++) frame[i] = pcm[(index * frameSamples + i) % pcm.length] ?? 0
    const payload = block.subarray(index * frameBytes, (index + 1) * frameBytes)
    codec.encode(frame, payload)
    frames.push(payload)
  }
  return { kind: 'encoded', frames, frameBytes }
}
