import type { CodecName } from '../../model/codec.js'
import type { AudioSource } from '../../model/scenario.js'
import type { Coder } from '../codec/codec.js'
import { codecs } from '../codec/registry.js'
import { loadFrames } from './frame-file.js'
import type { Replay } from './replay.js'
import { type AudioFailure, loadSamples, type SampledSource, sourceKey } from './samples.js'

/** A loop of ready payloads that all streams of the same source, codec and packet time send from. */
export interface EncodedAudio {
  readonly kind: 'encoded'
  /** Payloads in order, a packet time each; empty where nothing is to be sent. Never written to. */
  readonly frames: readonly Uint8Array[]
  /** Set where they were made elsewhere: the packet time of a capture stays what it was. */
  readonly ptimeMs?: number
}

const loops = new Map<string, EncodedAudio>()
const replays = new Map<string, Replay | AudioFailure>()

/** Captures are read before load starts; a source that names one is not found without. */
export function provideReplay(file: string, replay: Replay | AudioFailure): void {
  replays.set(file, replay)
}

/** Made once per source, codec and packet time; packet times are whole milliseconds from 5 to 200. */
export function encodedAudio(source: AudioSource, codecName: CodecName, ptimeMs: number): EncodedAudio | AudioFailure {
  if (!Number.isInteger(ptimeMs) || ptimeMs < 5 || ptimeMs > 200 || ptimeMs % codecs[codecName].frameMs !== 0) {
    return failure(`a packet time of ${ptimeMs} ms cannot be sent with ${codecName}`)
  }
  switch (source.kind) {
    case 'choice':
      return chosen(source.of, codecName, ptimeMs)
    case 'frames':
      return fromFrames(source.file, codecName, ptimeMs)
    case 'capture':
      return fromCapture(source.file, codecName)
    default:
      return fromSamples(source, codecName, ptimeMs)
  }
}

const failure = (text: string): AudioFailure => ({ kind: 'audio-failure', text })

/** The first that can be sent, or why the first of them cannot. */
function chosen(of: readonly AudioSource[], codec: CodecName, ptimeMs: number): EncodedAudio | AudioFailure {
  let refused: AudioFailure | undefined
  for (const source of of) {
    const audio = encodedAudio(source, codec, ptimeMs)
    if (audio.kind === 'encoded') return audio
    refused ??= audio
  }
  return refused ?? failure('there is no audio to send')
}

function fromFrames(file: string, codecName: CodecName, ptimeMs: number): EncodedAudio | AudioFailure {
  if (codecName !== 'G729') return failure(`${file} holds frames of G729, and ${codecName} was agreed`)
  return remembered(`frames/${ptimeMs}/${file}`, () => {
    const frames = loadFrames(file, ptimeMs)
    return 'kind' in frames ? frames : { kind: 'encoded', frames }
  })
}

function fromCapture(file: string, codecName: CodecName): EncodedAudio | AudioFailure {
  const replay = replays.get(file) ?? failure(`${file} was not read`)
  if (replay.kind === 'audio-failure') return replay
  if (replay.codec !== codecName) return failure(`${file} holds ${replay.codec}, and ${codecName} was agreed`)
  return { kind: 'encoded', frames: replay.frames, ptimeMs: replay.ptimeMs }
}

function fromSamples(source: SampledSource, codecName: CodecName, ptimeMs: number): EncodedAudio | AudioFailure {
  const { coder } = codecs[codecName]
  if (!coder) return failure(`${codecName} is not encoded here: it needs a file of its frames, or a capture`)
  return remembered(`${codecName}/${ptimeMs}/${sourceKey(source)}`, () => {
    const samples = loadSamples(source, coder.sampleRate)
    return samples.kind === 'audio-failure' ? samples : encodeLoop(samples.pcm, coder, ptimeMs)
  })
}

function remembered(key: string, make: () => EncodedAudio | AudioFailure): EncodedAudio | AudioFailure {
  const known = loops.get(key)
  if (known) return known
  const made = make()
  if (made.kind === 'encoded') loops.set(key, made)
  return made
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
