import type { CodecWord } from '../model/codec.js'
import type { WebRtcSettings } from '../model/scenario.js'
import type { ServerPolicy } from '../model/webrtc.js'
import type { GroupSection } from './agents-schema.js'

const defaultTimeoutMs = 10_000

export const webRtcSettings = (
  { media, ice, dtls }: GroupSection,
  servers: ServerPolicy | undefined,
): WebRtcSettings | undefined =>
  media === 'webrtc'
    ? {
        iceTimeoutMs: ice?.timeout ?? defaultTimeoutMs,
        dtlsTimeoutMs: dtls?.timeout ?? defaultTimeoutMs,
        setup: dtls?.setup ?? 'active',
        ...(ice?.['consent timeout'] === undefined ? {} : { consentMs: ice['consent timeout'] }),
        ...(servers ? { servers } : {}),
      }
    : undefined

/** Those of an ordinary phone, and for browsers the one that they prefer. */
export const defaultCodecs = ({ media }: GroupSection): readonly CodecWord[] =>
  media === 'webrtc' ? ['opus', 'pcmu', 'pcma'] : ['pcmu', 'pcma']
