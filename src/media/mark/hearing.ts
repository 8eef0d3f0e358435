import type { Hearing } from '../../model/record.js'
import type { AudioSource } from '../../model/scenario.js'
import type { Listener } from './listener.js'
import { ownSilenceMs } from './own-silence.js'
import type { Speaker } from './speaker.js'

const nothingHeard = {
  listenedMs: 0,
  coverage: 0,
  audibleMs: 0,
  firstAudibleMs: undefined,
  longestSilenceMs: 0,
  longestLossMs: 0,
  voices: [],
} as const

/** What a stream said of itself and heard of others. */
export function hearingOf(speaker: Speaker | undefined, listener: Listener | undefined, source: AudioSource): Hearing {
  return {
    sender: speaker?.sender,
    marksSent: speaker?.marks ?? 0,
    spokenFromMs: speaker?.firstMs,
    spokenToMs: speaker?.lastMs,
    ownSilenceMs: speaker ? ownSilenceMs(source) : 0,
    ...(listener?.heard() ?? nothingHeard),
  }
}
