import type { Direction } from '../model/instruction.js'
import { answeredDirection, receives, sends } from './direction.js'
import { type Answer, type Negotiated, type Refusal, refuse } from './negotiated.js'
import type { CodecName, OwnMedia } from './own-media.js'
import {
  addressesOf,
  effectiveDirection,
  type Format,
  isPlainAudio,
  type MediaSection,
  parseSession,
  type Session,
} from './session.js'
import { type WrittenFormat, writeAudioPart, writeRejected, writeSessionPart } from './write.js'

export interface CommonFormat {
  readonly name: CodecName
  readonly payloadType: number
}

/** The formats of a section that we speak, in its order and with its payload types (RFC 3264 6.1). */
export function commonFormats(section: MediaSection, own: OwnMedia): CommonFormat[] {
  const common: CommonFormat[] = []
  for (const format of section.formats) {
    const codec = own.codecs.find((candidate) => candidate.name === format.codec && format.rate === 8000)
    if (codec) common.push({ name: codec.name, payloadType: format.payloadType })
  }
  return common
}

export const isTelephoneEvent = (format: Format): boolean => format.codec === 'TELEPHONE-EVENT' && format.rate === 8000

/** Packet time to send with: what the far side prefers if we can make it, else ours, never above a=maxptime. */
export function sendingPtimeMs(section: MediaSection, own: OwnMedia): number {
  const limit = section.maxptimeMs ?? 200
  const wanted = section.ptimeMs
  const makable = wanted !== undefined && wanted % 10 === 0 && wanted >= 10 && wanted <= Math.min(limit, 200)
  if (makable) return wanted
  return own.ptimeMs <= limit ? own.ptimeMs : Math.max(10, Math.floor(limit / 10) * 10)
}

/** Answers an offer by RFC 3264 6: one audio stream is taken, every other m= line is rejected at its place. */
export function answerOffer(offer: string, own: OwnMedia): Answer | Refusal {
  const session = parseSession(offer)
  if (session.kind === 'refusal') return session
  const chosen = chooseStream(session, own)
  if (chosen.kind === 'refusal') return chosen
  if (chosen.kind === 'disabled') {
    const text = writeSessionPart(own, session.time) + session.media.map(writeRejected).join('')
    return { kind: 'answer', text, negotiated: undefined }
  }
  const { section, common } = chosen
  const addresses = addressesOf(section)
  if ('kind' in addresses) return addresses
  const events = own.telephoneEvent === undefined ? undefined : section.formats.find(isTelephoneEvent)
  const direction = answeredDirection(effectiveDirection(section), own.direction)
  const text = writeAnswer(session, section, own, common, events, direction)
  const first = common[0]
  if (!first) return refuse('no-common-codec', 'no codec in common')
  const negotiated: Negotiated = {
    kind: 'negotiated',
    codec: first.name,
    payloadType: first.payloadType,
    telephoneEvent: events?.payloadType,
    telephoneEventReceived: events?.payloadType,
    ...addresses,
    ptimeMs: sendingPtimeMs(section, own),
    send: own.kind === 'rtp' && sends(direction),
    receive: own.kind === 'rtp' && receives(direction),
  }
  return { kind: 'answer', text, negotiated }
}

type Choice =
  | { readonly kind: 'stream'; readonly section: MediaSection; readonly common: readonly CommonFormat[] }
  | { readonly kind: 'disabled' }
  | Refusal

/** The first audio stream that we can take. */
function chooseStream(session: Session, own: OwnMedia): Choice {
  const audio = session.media.filter((section) => section.type === 'audio')
  if (audio.length === 0) return refuse('no-audio', 'the offer has no audio stream')
  const open = audio.filter((section) => section.port !== 0)
  // RFC 3264 8.2: a stream that is offered with port 0 is over; the session itself need not be.
  if (open.length === 0) return { kind: 'disabled' }
  const plain = open.filter(isPlainAudio)
  if (plain.length === 0) {
    return refuse('unsupported-profile', `audio is offered as ${open.map((section) => section.profile).join(', ')}`)
  }
  for (const section of plain) {
    const common = commonFormats(section, own)
    if (common.length > 0) return { kind: 'stream', section, common }
  }
  const offered = plain.flatMap((section) => section.formats.map((format) => format.codec))
  return refuse('no-common-codec', `offered: ${offered.join(', ').slice(0, 200) || 'nothing known'}`)
}

function writeAnswer(
  session: Session,
  taken: MediaSection,
  own: OwnMedia,
  common: readonly CommonFormat[],
  events: Format | undefined,
  direction: Direction,
): string {
  const formats: WrittenFormat[] = common.map(({ name, payloadType }) => ({ payloadType, codec: name }))
  if (events) formats.push({ payloadType: events.payloadType, codec: 'telephone-event' })
  const audio = writeAudioPart(own, taken.profile, formats, direction)
  const sections = session.media.map((section) => (section === taken ? audio : writeRejected(section)))
  return writeSessionPart(own, session.time) + sections.join('')
}
