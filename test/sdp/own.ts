import { type OwnMedia, ownCodecs } from '../../src/sdp/own-media.js'

/** What a phone of ours offers, with what a test changes. */
export const own = (change: Partial<OwnMedia> = {}): OwnMedia => ({
  kind: 'rtp',
  address: '192.0.2.1',
  port: 20_000,
  codecs: ownCodecs(['PCMU', 'PCMA']),
  telephoneEvent: 101,
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
