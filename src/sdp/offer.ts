import type { Direction } from '../model/instruction.js'
import type { OwnMedia } from './own-media.js'
import { isPlainAudio, parseSession } from './session.js'
import {
  addressType,
  type WrittenFormat,
  writeAttributes,
  writeAudioPart,
  writeRejected,
  writeSessionPart,
} from './write.js'

export const offeredFormats = (own: OwnMedia): WrittenFormat[] => {
  const formats: WrittenFormat[] = own.codecs.map((codec) => ({ payloadType: codec.payloadType, codec: codec.name }))
  if (own.telephoneEvent !== undefined) formats.push({ payloadType: own.telephoneEvent, codec: 'telephone-event' })
  return formats
}

/**
 * Writes an offer. For an offer within a session pass the description that this side sent last: every m= line of it
 * stays at its place (RFC 3264 8), the audio stream in use where it was, all others with port 0.
 */
export function createOffer(own: OwnMedia, previous?: string): string {
  const audio = writeAudioPart(own, 'RTP/AVP', offeredFormats(own), own.direction)
  const session = writeSessionPart(own, '0 0')
  if (previous === undefined) return session + audio
  const before = parseSession(previous)
  if (before.kind === 'refusal' || before.media.length < 2) return session + audio
  const inUse = before.media.findIndex((section) => isPlainAudio(section) && section.port !== 0)
  const place = inUse >= 0 ? inUse : before.media.findIndex((section) => section.type === 'audio')
  if (place < 0) return session + before.media.map(writeRejected).join('') + audio
  return session + before.media.map((section, index) => (index === place ? audio : writeRejected(section))).join('')
}

/** An offer whose constant parts are joined once; writing one for a call is a few concatenations. */
export interface CompiledOffer {
  write(port: number, sessionId: string, version: number, direction: Direction): string
}

/** Compiles the offers of one agent; `port`, `sessionId`, `version` and `direction` of `own` are not used. */
export function compileOffer(own: OwnMedia): CompiledOffer {
  const family = addressType(own.address)
  const formats = offeredFormats(own)
  const afterVersion = ` IN ${family} ${own.address}\r\ns=-\r\nc=IN ${family} ${own.address}\r\nt=0 0\r\nm=audio `
  const afterPort =
    ` RTP/AVP${formats.map((format) => ` ${format.payloadType}`).join('')}\r\n` +
    `${writeAttributes(own.ptimeMs, formats)}a=`
  return {
    write: (port, sessionId, version, direction) =>
      `v=0\r\no=- ${sessionId} ${version}${afterVersion}${port}${afterPort}${direction}\r\n`,
  }
}
