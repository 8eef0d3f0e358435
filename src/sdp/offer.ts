import { writtenCodec, writtenEvents, writtenNoise } from './format.js'
import { isRtpAudio, offeredKeying, offeredProfile } from './keying.js'
import type { OwnMedia } from './own-media.js'
import { type MediaSection, parseSession } from './session.js'
import { isWebRtcAudio } from './webrtc-media.js'
import { type WrittenFormat, writeAudioPart, writeRejected, writeSessionPart } from './write.js'

const offeredFormats = (own: OwnMedia): WrittenFormat[] => [
  ...own.codecs.map((codec) => writtenCodec(codec, codec.payloadType)),
  ...writtenNoise(own.comfortNoise),
  ...own.telephoneEvents.map(writtenEvents),
]

/**
 * Writes an offer. For an offer within a session pass the description that this side sent last: every m= line of it
 * stays at its place (RFC 3264 8), the audio stream in use where it was and in its profile, all others with port 0.
 */
export function createOffer(own: OwnMedia, previous?: string): string {
  const session = writeSessionPart(own, '0 0', own.webrtc?.mid)
  const before = previous === undefined ? undefined : parseSession(previous)
  if (before === undefined || before.kind === 'refusal') return session + offeredAudio(own, offeredProfile(own))
  const inUse = before.media.findIndex((section) => isAudio(section) && section.port !== 0)
  const place = inUse >= 0 ? inUse : before.media.findIndex((section) => section.type === 'audio')
  const audio = offeredAudio(own, before.media[inUse]?.profile ?? offeredProfile(own))
  if (place < 0) return session + before.media.map(writeRejected).join('') + audio
  return session + before.media.map((section, index) => (index === place ? audio : writeRejected(section))).join('')
}

const isAudio = (section: MediaSection): boolean => isRtpAudio(section) || isWebRtcAudio(section)

const offeredAudio = (own: OwnMedia, profile: string): string =>
  writeAudioPart(own, profile, offeredFormats(own), offeredKeying(own), own.direction, own.extendedReports)
