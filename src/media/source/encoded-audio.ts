import type { CodecName } from '../../model/codec.js'
import type { AudioSource } from '../../model/scenario.js'
import type { Coder } from '../codec/codec.js'
import { codecs } from '../codec/registry.js'
import { type AudioFailure, loadSamples, sourceKey } from './samples.js'

/** A loop of ready payloads that all streams of the same source, codec and packet time send from. */
export interface EncodedAudio {
  readonly kind: 'encoded'
  /** Payloads in order, a packet time each. Never written to. */
  readonly frames: readonly Uint8Array[]
}

const encodedLoops = new Map<string, EncodedAudio>()

/** Encoded once per source, codec and packet time; packet times are whole milliseconds from 5 to 200. */
export function encodedAudio(source: AudioSource, codecName: CodecName, ptimeMs: number): EncodedAudio | AudioFailure {
  const { coder, frameMs } = codecs[codecName]
  if (!Number.isInteger(ptimeMs) || ptimeMs < 5 || ptimeMs > 200 || ptimeMs % frameMs !== 0) {
    return { kind: 'audio-failure', text: `a packet time of ${ptimeMs} ms cannot be sent with ${codecName}` }
  }
  if (!coder) return { kind: 'audio-failure', text: `${codecName} is sent from prepared frames only` }
  const key = `${codecName}/${ptimeMs}/${sourceKey(source)}`
  const known = encodedLoops.get(key)
  if (known) return known
  const samples = loadSamples(source, coder.sampleRate)
  if (samples.kind === 'audio-failure') return samples
  const encoded = encodeLoop(samples.pcm, coder, ptimeMs)
  encodedLoops.set(key, encoded)
  return encoded
}

function encodeLoop(pcm: Int16Array, coder: Coder, ptimeMs: number): EncodedAudio {
  const frameSamples = (ptimeMs * coder.sampleRate) / 1000
  // The last frame is filled up from the start of the loop, so that the loop has no hole.
  const count = Math.max(1, Math.ceil(pcm.length / frameSamples))
  const encoder = coder.newEncoder(ptimeMs)
  const frame = new Int16Array(frameSamples)
  const payload = new Uint8Array(coder.longestPayload(ptimeMs))
  const frames: Uint8Array[] = []
  for (let index = 0; index < count; index++) {
    for (let i = 0; i < frameSamples; i++) frame[i] = pcm[(index * frameSamples + i) % pcm.length] ?? 0
    frames.push(payload.slice(0, encoder.encode(frame, payload)))
  }
  return { kind: 'encoded', frames }
}
