import type { RtpFormat } from '../model/codec.js'
import { noExtendedReports } from '../model/extended-reports.js'
import type { Direction } from '../model/instruction.js'
import { sendingPtimeMs } from './answer.js'
import { directionAllowed, receives, sends } from './direction.js'
import {
  type CommonFormat,
  commonEvents,
  commonFormats,
  commonNoise,
  eventsBeside,
  isCodec,
  isComfortNoise,
  isEvents,
  receivedFormats,
} from './format.js'
import { answeredKeying, offeredProfile } from './keying.js'
import type { Mismatch, Negotiated, Problem } from './negotiated.js'
import type { OwnEvents, OwnMedia } from './own-media.js'
import {
  addressesOf,
  effectiveDirection,
  type Format,
  type MediaSection,
  parseSession,
  type Session,
} from './session.js'
import { isOpen } from './webrtc-media.js'

/** The m= lines of the offer in its order; a plain offer of ours has one. */
interface OfferedLine {
  readonly type: string
  readonly profile: string
  readonly port: number
}

/**
 * Checks an answer against our offer (RFC 3264 6 and 7). `own` is what the offer was written from; `offer` is its text,
 * needed only when it was an offer within a session with further m= lines.
 */
export function readAnswer(own: OwnMedia, answer: string, offer?: string): Negotiated | Mismatch {
  const session = parseSession(answer)
  if (session.kind === 'refusal') return mismatch([{ name: session.name, text: session.text }], undefined)
  const lines = offeredLines(own, offer)
  const problems = compareLines(lines, session)
  const place = Math.max(
    0,
    lines.findIndex((line) => line.type === 'audio' && line.port !== 0),
  )
  const section = audioOf(session, place)
  if (!section) {
    problems.push({ name: 'no-audio', text: 'the answer has no audio stream' })
    return mismatch(problems, undefined)
  }
  if (!isOpen(section)) {
    problems.push({ name: 'rejected', text: 'the audio stream was rejected with port 0' })
    return mismatch(problems, undefined)
  }
  const negotiated = readStream(own, section, problems)
  return problems.length === 0 && negotiated ? negotiated : mismatch(problems, negotiated)
}

function mismatch(problems: readonly Problem[], negotiated: Negotiated | undefined): Mismatch {
  const first = problems[0] ?? { name: 'garbled', text: 'the answer cannot be used' }
  return { kind: 'mismatch', name: first.name, text: first.text, problems, negotiated }
}

function offeredLines(own: OwnMedia, offer: string | undefined): readonly OfferedLine[] {
  // Nearly every offer of ours has one m= line, which is known without reading it again.
  const isOne = offer === undefined || offer.indexOf('\nm=') === offer.lastIndexOf('\nm=')
  const session = isOne ? undefined : parseSession(offer)
  if (session?.kind === 'session') return session.media
  const profile = /^m=audio \d+ (\S+)/m.exec(offer ?? '')?.[1] ?? offeredProfile(own)
  return [{ type: 'audio', profile, port: own.port }]
}

function compareLines(lines: readonly OfferedLine[], session: Session): Problem[] {
  const problems: Problem[] = []
  if (lines.length !== session.media.length) {
    problems.push({
      name: 'media-count',
      text: `the offer has ${lines.length} m= lines, the answer ${session.media.length}`,
    })
  }
  for (const [index, line] of lines.entries()) {
    const answered = session.media[index]
    if (!answered || (answered.type === line.type && answered.profile === line.profile)) continue
    const offeredText = `${line.type} ${line.profile}`
    const answeredText = `${answered.type} ${answered.profile}`.slice(0, 80)
    problems.push({
      name: 'media-order',
      text: `m= line ${index + 1} was offered as ${offeredText} and answered as ${answeredText}`,
    })
    break
  }
  return problems
}

function audioOf(session: Session, place: number): MediaSection | undefined {
  const expected = session.media[place]
  if (expected?.type === 'audio') return expected
  return session.media.find((section) => section.type === 'audio')
}

function readStream(own: OwnMedia, section: MediaSection, problems: Problem[]): Negotiated | undefined {
  const chosen = chooseCodec(own, section, problems)
  const direction = checkDirection(own.direction, section, problems)
  const addresses = addressesOf(section)
  if ('kind' in addresses) {
    problems.push({ name: addresses.name, text: addresses.text })
    return undefined
  }
  const keying = answeredKeying(own, section, problems)
  if (!chosen || !keying) return undefined
  const events = commonEvents(section.formats, own)
  return {
    kind: 'negotiated',
    codec: chosen.codec.name,
    payloadType: chosen.payloadType,
    telephoneEvent: eventsBeside(chosen.codec, events),
    received: arriving(own, section, events),
    ...addresses,
    ssrcs: section.ssrcs,
    keys: keying.keys,
    webrtc: keying.webrtc,
    ptimeMs: sendingPtimeMs(section, own),
    extendedReports: agreedReports(own, section),
    send: own.kind === 'rtp' && sends(own.direction) && receives(direction),
    receive: own.kind === 'rtp' && receives(own.direction) && sends(direction),
  }
}

/** RFC 3611 5.2: what was offered and is asked for in return. */
function agreedReports({ extendedReports: offered }: OwnMedia, { extendedReports: asked }: MediaSection) {
  if (!offered || !asked) return noExtendedReports
  return {
    voipMetrics: offered.voipMetrics && asked.voipMetrics,
    receiverRoundTrip: offered.receiverRoundTrip && asked.receiverRoundTrip,
  }
}

/** RFC 3264 5.1: what arrives bears our numbers; far sides that send under their own are understood as well. */
function arriving(own: OwnMedia, section: MediaSection, events: readonly OwnEvents[]): RtpFormat[] {
  const ours = receivedFormats(
    own.codecs.map((codec) => ({ codec, payloadType: codec.payloadType })),
    own.telephoneEvents,
    own.comfortNoise,
  )
  const spoken = commonFormats(section.formats, own.spoken)
  const theirs = receivedFormats(spoken, events, commonNoise(section.formats, spoken, own))
  const isOurs = (payloadType: number) => ours.some((format) => format.payloadType === payloadType)
  return [...ours, ...theirs.filter(({ payloadType }) => !isOurs(payloadType))]
}

/**
 * The first codec of the answer that was offered. When none was, but one is known to us, it is used all the same and
 * the problem is named: media of such far sides does flow.
 */
function chooseCodec(own: OwnMedia, section: MediaSection, problems: Problem[]): CommonFormat | undefined {
  const offered = (format: Format) =>
    own.codecs.some((codec) => isCodec(format, codec)) ||
    own.telephoneEvents.some((events) => isEvents(format, events)) ||
    (own.comfortNoise !== undefined && isComfortNoise(format))
  const strange = section.formats.filter((format) => !offered(format))
  if (strange.length > 0) {
    const names = strange.map((format) => `${format.codec}/${format.clockRate}`).join(', ')
    problems.push({ name: 'codec-not-offered', text: `the answer lists ${names.slice(0, 200)}` })
  }
  const conflict = section.formats.find((format) => offeredOtherwise(own, format))
  if (conflict) {
    problems.push({
      name: 'payload-type',
      text: `payload type ${conflict.payloadType} was offered for another codec than ${conflict.codec.slice(0, 40)}`,
    })
  }
  const chosen = commonFormats(section.formats, own.codecs)[0] ?? commonFormats(section.formats, own.spoken)[0]
  if (!chosen) problems.push({ name: 'no-common-codec', text: 'the answer has no codec that we speak' })
  return chosen
}

/** RFC 3264 6.1 lets an answer number a codec anew, but a number that the offer uses must keep its meaning. */
function offeredOtherwise(own: OwnMedia, format: Format): boolean {
  const events = own.telephoneEvents.find(({ payloadType }) => payloadType === format.payloadType)
  if (events) return !isEvents(format, events)
  if (own.comfortNoise === format.payloadType) return !isComfortNoise(format)
  const codec = own.codecs.find(({ payloadType }) => payloadType === format.payloadType)
  return codec !== undefined && !isCodec(format, codec)
}

function checkDirection(offered: Direction, section: MediaSection, problems: Problem[]): Direction {
  const answered = effectiveDirection(section)
  // An answer that says nothing is sendrecv by RFC 4566 6, and from many far sides means "as you said".
  if (!directionAllowed(offered, answered)) {
    problems.push({ name: 'direction', text: `the offer was ${offered}, the answer is ${answered}` })
  }
  return answered
}
