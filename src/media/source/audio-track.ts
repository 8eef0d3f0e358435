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
  /** The loop that it plays, of at least one payload, and where in it; `marks` come in between where there are any. */
  readonly frames: readonly Uint8Array[]
  readonly place: number
  readonly marks?: MarkSource | undefined
  /** The payload of the packet time that begins at `atMs`; valid until the next call, never written to. */
  next(atMs: number): Uint8Array
  /** The next packet time passes without a packet. */
  skip(): void
}

/** Payloads that lie one after the other. */
export interface PayloadRow {
  readonly bytes: Uint8Array
  readonly lengths: Uint32Array
}

/** Marks for whoever sends them by itself. */
export interface MarkSource {
  /** The payloads of a whole one that begins at `atMs`; valid until the next one of any source. */
  whole(atMs: number): PayloadRow
  /** How long the loop plays until the next one begins: drawn anew each time. */
  pauseMs(): number
}

/** The track of a stream, from what all streams of the same source, codec and packet time share. */
export function openTrack(source: AudioSource, codec: CodecName, ptimeMs: number, rng: Rng): AudioTrack | AudioFailure {
  const audio = encodedAudio(source, codec, ptimeMs)
  if (audio.kind === 'audio-failure') return audio
  return new LoopTrack(audio.frames, audio.ptimeMs, rng.integer(0, audio.frames.length - 1))
}
