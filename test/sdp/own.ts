import type { CodecName } from '../../src/model/codec.js'
import type { OwnCodec, OwnEvents, OwnMedia } from '../../src/sdp/own-media.js'

const pcmu: OwnCodec = { name: 'PCMU', payloadType: 0, clockRate: 8000, channels: 1, fmtp: '' }
const pcma: OwnCodec = { name: 'PCMA', payloadType: 8, clockRate: 8000, channels: 1, fmtp: '' }
const g722: OwnCodec = { name: 'G722', payloadType: 9, clockRate: 8000, channels: 1, fmtp: '' }
const opus: OwnCodec = { name: 'opus', payloadType: 111, clockRate: 48_000, channels: 2, fmtp: 'minptime=10' }
const g729: OwnCodec = { name: 'G729', payloadType: 18, clockRate: 8000, channels: 1, fmtp: 'annexb=no' }
const known: Readonly<Record<CodecName, OwnCodec>> = { opus, G722: g722, PCMU: pcmu, PCMA: pcma, G729: g729 }

export const ownCodecs = (...names: readonly CodecName[]): OwnCodec[] => names.map((name) => known[name])

/** Telephone-event at 8000 Hz under this payload type. */
export const ownEvents = (payloadType: number): OwnEvents[] => [{ payloadType, clockRate: 8000 }]

/** What a phone of ours offers, with what a test changes. */
export const own = (change: Partial<OwnMedia> = {}): OwnMedia => ({
  kind: 'rtp',
  address: '192.0.2.1',
  port: 20_000,
  codecs: ownCodecs('PCMU', 'PCMA'),
  spoken: [opus, g722, pcmu, pcma],
  answerOrder: 'offer',
  comfortNoise: undefined,
  telephoneEvents: ownEvents(101),
  crypto: [],
  ptimeMs: 20,
  direction: 'sendrecv',
  sessionId: '4711',
  version: 1,
  ...change,
})

/** A description of the far side: session lines and the given m= sections. */
export const theirs = (sections: readonly string[], session: readonly string[] = ['c=IN IP4 198.51.100.2']): string =>
  `${['v=0', 'o=- 1 1 IN IP4 198.51.100.2', 's=-', ...session, 't=0 0', ...sections].join('\r\n')}\r\n`

/** The lines of a description that matter for media. */
export const mediaLines = (text: string): string[] =>
  text.split('\r\n').filter((line) => line.startsWith('m=') || line.startsWith('a='))
