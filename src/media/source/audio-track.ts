import type { Rng } from '../../base/rng.js'
import type { CodecName } from '../../model/codec.js'
import type { AudioSource } from '../../model/scenario.js'
import { encodedAudio } from './encoded-audio.js'
import { LoopTrack } from './loop-track.js'
import type { AudioFailure } from './samples.js'

/** What one stream sends: payloads, ready one after the other. */
export interface AudioTrack {
  readonly kind: 'track'
  /** Set where payloads were made elsewhere and have a packet time of their own. */
  readonly ptimeMs?: number | undefined
  /** The payload of the packet time that begins at `atMs`; valid until the next call, never written to. */
  next(atMs: number): Uint8Array
  /** The next packet time passes without a packet. */
  skip(): void
}

/** The track of a stream, from what all streams of the same source, codec and packet time share. */
export function openTrack(source: AudioSource, codec: CodecName, ptimeMs: number, rng: Rng): AudioTrack | AudioFailure {
  const audio = encodedAudio(source, codec, ptimeMs)
  if (audio.kind === 'audio-failure') return audio
  return new LoopTrack(audio.frames, audio.ptimeMs, rng.integer(0, audio.frames.length - 1))
}
