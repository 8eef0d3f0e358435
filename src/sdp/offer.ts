import { writtenCodec, writtenEvents } from './format.js'
import type { OwnMedia } from './own-media.js'
import { isPlainAudio, parseSession } from './session.js'
import { type WrittenFormat, writeAudioPart, writeRejected, writeSessionPart } from './write.js'

const offeredFormats = (own: OwnMedia): WrittenFormat[] => [
  ...own.codecs.map((codec) => writtenCodec(codec, codec.payloadType)),
  ...own.telephoneEvents.map(writtenEvents),
]

/**
 * Writes an offer. For an offer within a session pass the description that this side sent last: every m= line of it
 * stays at its place (RFC 3264 8), the audio stream in use where it was, all others with port 0.
 */
export function createOffer(own: OwnMedia, previous?: string): string {
  const audio = writeAudioPart(own, 'RTP/AVP', offeredFormats(own), own.direction, own.extendedReports)
  const session = writeSessionPart(own, '0 0')
  if (previous === undefined) return session + audio
  const before = parseSession(previous)
  if (before.kind === 'refusal' || before.media.length < 2) return session + audio
  const inUse = before.media.findIndex((section) => isPlainAudio(section) && section.port !== 0)
  const place = inUse >= 0 ? inUse : before.media.findIndex((section) => section.type === 'audio')
  if (place < 0) return session + before.media.map(writeRejected).join('') + audio
  return session + before.media.map((section, index) => (index === place ? audio : writeRejected(section))).join('')
}
