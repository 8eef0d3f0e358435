import type { Address } from '../model/address.js'
import type { CodecName, RtpFormat } from '../model/codec.js'
import type { ExtendedReports } from '../model/extended-reports.js'
import type { StreamKeys } from '../model/srtp.js'
import type { NegotiatedWebRtc } from './webrtc-media.js'

/** What both sides agreed for the one audio stream, as seen from this side. */
export interface Negotiated {
  readonly kind: 'negotiated'
  /** What we send: the first codec that both know, in the order of the answer. */
  readonly codec: CodecName
  readonly payloadType: number
  /** Payload type for the DTMF that we send; undefined: the far side takes none at the codec's clock rate. */
  readonly telephoneEvent: number | undefined
  /** Everything that may arrive; its numbers differ from those we send when the far side counts otherwise. */
  readonly received: readonly RtpFormat[]
  /** Where to send. */
  readonly remote: Address
  readonly rtcp: Address
  /** Sources that the far side names (RFC 5576); empty when it does not. */
  readonly ssrcs: readonly number[]
  /** For SRTP; undefined: plain RTP. */
  readonly keys: StreamKeys | undefined
  /** Packet time that we send with: the far side's a=ptime where we can, within its a=maxptime. */
  readonly ptimeMs: number
  /** That this side sends. */
  readonly extendedReports: ExtendedReports
  readonly send: boolean
  readonly receive: boolean
  /** ICE and DTLS where this side has them; `remote` is then where the far side may be reached without. */
  readonly webrtc?: NegotiatedWebRtc | undefined
}

/** Why a description cannot be worked with at all. */
export type RefusalName =
  | 'too-large'
  | 'garbled'
  | 'no-media'
  | 'no-audio'
  | 'unsupported-profile'
  | 'no-crypto'
  | 'no-common-suite'
  | 'bad-crypto'
  | 'no-common-codec'
  | 'no-address'
  | 'bad-address'
  | 'bad-port'
  | 'no-ice'
  | 'no-fingerprint'
  | 'no-rtcp-mux'
  | 'setup'

export interface Refusal {
  readonly kind: 'refusal'
  readonly name: RefusalName
  readonly text: string
}

export const refuse = (name: RefusalName, text: string): Refusal => ({ kind: 'refusal', name, text })

export interface Answer {
  readonly kind: 'answer'
  /** The session description to send. */
  readonly text: string
  /** Undefined when the offer disabled the stream (port 0): the session stays, media ends. */
  readonly negotiated: Negotiated | undefined
}

/** In what an answer disagrees with the offer (RFC 3264 6). */
export type MismatchName =
  | RefusalName
  | 'media-count'
  | 'media-order'
  | 'rejected'
  | 'codec-not-offered'
  | 'payload-type'
  | 'crypto-tag'
  | 'direction'

export interface Problem {
  readonly name: MismatchName
  readonly text: string
}

export interface Mismatch extends Problem {
  readonly kind: 'mismatch'
  /** All that was found; `name` and `text` repeat the first. */
  readonly problems: readonly Problem[]
  /** Present where media could flow all the same. */
  readonly negotiated: Negotiated | undefined
}
