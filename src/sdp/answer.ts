import { noExtendedReports } from '../model/extended-reports.js'
import type { Direction } from '../model/instruction.js'
import { answeredDirection, receives, sends } from './direction.js'
import {
  type CommonFormat,
  commonEvents,
  commonFormats,
  commonNoise,
  eventsBeside,
  receivedFormats,
  writtenCodec,
  writtenEvents,
  writtenNoise,
} from './format.js'
import { answerKeying, type Keying } from './keying.js'
import { type Answer, type Negotiated, type Refusal, refuse } from './negotiated.js'
import type { OwnMedia } from './own-media.js'
import { addressesOf, effectiveDirection, type MediaSection, parseSession, type Session } from './session.js'
import { isOpen } from './webrtc-media.js'
import { type WrittenFormat, writeAudioPart, writeRejected, writeSessionPart } from './write.js'

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
  const { section, common, keying } = chosen
  const first = common[0]
  if (!first) return refuse('no-common-codec', 'no codec in common')
  const addresses = addressesOf(section)
  if ('kind' in addresses) return addresses
  // RFC 4733 2.1: only beside audio of the same clock rate.
  const events = commonEvents(section.formats, own).filter(({ clockRate }) =>
    common.some(({ codec }) => codec.clockRate === clockRate),
  )
  const noise = commonNoise(section.formats, common, own)
  const direction = answeredDirection(effectiveDirection(section), own.direction)
  const negotiated: Negotiated = {
    kind: 'negotiated',
    codec: first.codec.name,
    payloadType: first.payloadType,
    telephoneEvent: eventsBeside(first.codec, events),
    received: receivedFormats(common, events, noise),
    ...addresses,
    ssrcs: section.ssrcs,
    keys: keying.keys,
    webrtc: keying.webrtc,
    ptimeMs: sendingPtimeMs(section, own),
    extendedReports: section.extendedReports ?? noExtendedReports,
    send: own.kind === 'rtp' && sends(direction),
    receive: own.kind === 'rtp' && receives(direction),
  }
  const formats = [
    ...common.map(({ codec, payloadType }) => writtenCodec(codec, payloadType)),
    ...writtenNoise(noise),
    ...events.map(writtenEvents),
  ]
  return { kind: 'answer', text: writeAnswer(session, chosen, own, formats, direction), negotiated }
}

interface ChosenStream {
  readonly kind: 'stream'
  readonly section: MediaSection
  readonly common: readonly CommonFormat[]
  readonly keying: Keying
}

/** The first audio stream that we can take. */
function chooseStream(session: Session, own: OwnMedia): ChosenStream | { readonly kind: 'disabled' } | Refusal {
  const audio = session.media.filter((section) => section.type === 'audio')
  if (audio.length === 0) return refuse('no-audio', 'the offer has no audio stream')
  const open = audio.filter(isOpen)
  // RFC 3264 8.2: a stream that is offered with port 0 is over; the session itself need not be.
  if (open.length === 0) return { kind: 'disabled' }
  let refusal: Refusal | undefined
  const carried: MediaSection[] = []
  for (const section of open) {
    const keying = answerKeying(session, section, own)
    if (keying.kind === 'refusal') {
      refusal ??= keying
      continue
    }
    const common = commonFormats(section.formats, own.codecs)
    if (common.length > 0) return { kind: 'stream', section, common: inAnswerOrder(common, own), keying }
    carried.push(section)
  }
  if (refusal && carried.length === 0) return refusal
  const offered = carried.flatMap((section) => section.formats.map((format) => format.codec))
  return refuse('no-common-codec', `offered: ${offered.join(', ').slice(0, 200) || 'nothing known'}`)
}

/** RFC 3264 6.1: the offer's order unless there is a reason for another. */
function inAnswerOrder(common: readonly CommonFormat[], own: OwnMedia): readonly CommonFormat[] {
  if (own.answerOrder === 'offer') return common
  return own.codecs.flatMap((codec) => common.filter((format) => format.codec === codec))
}

function writeAnswer(
  session: Session,
  { section: taken, keying }: ChosenStream,
  own: OwnMedia,
  formats: readonly WrittenFormat[],
  direction: Direction,
): string {
  // RFC 3611 5.2: who is asked may ask in return, and says at least that the attribute is understood.
  const audio = writeAudioPart(own, taken.profile, formats, keying.lines, direction, taken.extendedReports)
  const sections = session.media.map((section) => (section === taken ? audio : writeRejected(section)))
  return writeSessionPart(own, session.time, keying.mid) + sections.join('')
}
