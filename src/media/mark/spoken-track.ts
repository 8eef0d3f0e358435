import type { Rng } from '../../base/rng.js'
import type { CodecName } from '../../model/codec.js'
import type { AudioSource } from '../../model/scenario.js'
import { type AudioTrack, openTrack } from '../source/audio-track.js'
import type { AudioFailure } from '../source/samples.js'
import { markAlphabet } from './mark-alphabet.js'
import { MarkedTrack } from './marked-track.js'
import type { Speaker } from './speaker.js'

/** The track of a stream, with marks where it has a speaker and its codec can carry them. */
export function openSpokenTrack(
  source: AudioSource,
  codec: CodecName,
  ptimeMs: number,
  rng: Rng,
  speaker: Speaker | undefined,
): AudioTrack | AudioFailure {
  const track = openTrack(source, codec, ptimeMs, rng)
  if (track.kind === 'audio-failure' || !speaker) return track
  // What was captured is sent as it was.
  if (track.ptimeMs !== undefined) return track
  const alphabet = markAlphabet(codec, ptimeMs)
  return alphabet ? new MarkedTrack({ alphabet, source: track, ptimeMs, speaker, rng }) : track
}
