import type { RtpFormat } from '../model/codec.js'
import type { OwnCodec, OwnEvents, OwnMedia } from './own-media.js'
import type { Format } from './session.js'
import type { WrittenFormat } from './write.js'

export const isTelephoneEvent = (format: Format): boolean => format.codec === 'TELEPHONE-EVENT'

/** Whether a format of theirs is this codec; names are compared without case (RFC 4855 3). */
export const isCodec = (format: Format, codec: OwnCodec): boolean =>
  format.codec === codec.name.toUpperCase() &&
  format.clockRate === codec.clockRate &&
  format.channels === codec.channels

export const isEvents = (format: Format, events: OwnEvents): boolean =>
  isTelephoneEvent(format) && format.clockRate === events.clockRate

const comfortNoiseRate = 8000

export const isComfortNoise = (format: Format): boolean =>
  format.codec === 'CN' && format.clockRate === comfortNoiseRate

/** Its payload type where this side wants comfort noise, and one of the codecs has its clock rate (RFC 3389 4). */
export function commonNoise(formats: readonly Format[], codecs: readonly CommonFormat[], own: OwnMedia) {
  if (own.comfortNoise === undefined || !codecs.some(({ codec }) => codec.clockRate === comfortNoiseRate))
    return undefined
  return formats.find(isComfortNoise)?.payloadType
}

export const writtenNoise = (payloadType: number | undefined): WrittenFormat[] =>
  payloadType === undefined ? [] : [{ payloadType, map: `CN/${comfortNoiseRate}`, fmtp: '' }]

/** A codec under the payload type that the far side gave it. */
export interface CommonFormat {
  readonly codec: OwnCodec
  readonly payloadType: number
}

/** The formats of a section that are among `codecs`, in its order and with its payload types. */
export function commonFormats(formats: readonly Format[], codecs: readonly OwnCodec[]): CommonFormat[] {
  const common: CommonFormat[] = []
  for (const format of formats) {
    const codec = codecs.find((candidate) => isCodec(format, candidate))
    if (codec) common.push({ codec, payloadType: format.payloadType })
  }
  return common
}

/** The telephone-events of a section that fit one of our codecs, with its payload types. */
export const commonEvents = (formats: readonly Format[], own: OwnMedia): OwnEvents[] =>
  formats.filter((format) => own.telephoneEvents.some((events) => isEvents(format, events)))

/** RFC 4733 2.1: events go at the clock rate of the audio. */
export const eventsBeside = (codec: OwnCodec, events: readonly OwnEvents[]): number | undefined =>
  events.find(({ clockRate }) => clockRate === codec.clockRate)?.payloadType

export const writtenCodec = ({ name, clockRate, channels, fmtp }: OwnCodec, payloadType: number): WrittenFormat => ({
  payloadType,
  map: channels === 1 ? `${name}/${clockRate}` : `${name}/${clockRate}/${channels}`,
  fmtp,
})

export const writtenEvents = ({ payloadType, clockRate }: OwnEvents): WrittenFormat => ({
  payloadType,
  map: `telephone-event/${clockRate}`,
  fmtp: '0-15',
})

/** What may arrive under these payload types. */
export const receivedFormats = (
  codecs: readonly CommonFormat[],
  events: readonly OwnEvents[],
  noise: number | undefined,
): RtpFormat[] => [
  ...codecs.map(({ codec, payloadType }) => ({ payloadType, encoding: codec.name, clockRate: codec.clockRate })),
  ...events.map(({ payloadType, clockRate }) => ({ payloadType, encoding: 'telephone-event' as const, clockRate })),
  ...(noise === undefined ? [] : [{ payloadType: noise, encoding: 'CN' as const, clockRate: comfortNoiseRate }]),
]
