import type { CodecName } from '../model/codec.js'
import type { ExtendedReports } from '../model/extended-reports.js'
import type { Direction } from '../model/instruction.js'
import type { CryptoAttribute } from './crypto.js'
import type { OwnWebRtc } from './webrtc-media.js'

/** A codec as descriptions name it: `a=rtpmap:PAYLOADTYPE NAME/CLOCKRATE/CHANNELS` and `a=fmtp:PAYLOADTYPE FMTP`. */
export interface OwnCodec {
  readonly name: CodecName
  readonly payloadType: number
  readonly clockRate: number
  /** Written when it is not 1 (RFC 4566 6). */
  readonly channels: number
  /** Empty for none. */
  readonly fmtp: string
}

/** Telephone-event at one clock rate (RFC 4733 2.1: that of the audio beside it). */
export interface OwnEvents {
  readonly payloadType: number
  readonly clockRate: number
}

/** What this side can do and wants, from which offers and answers are written. */
export interface OwnMedia {
  /** `none`: session descriptions are written as usual, but nothing is to be sent or received. */
  readonly kind: 'rtp' | 'none'
  /** IP address, IPv6 without brackets. */
  readonly address: string
  readonly port: number
  /** Written as a=rtcp (RFC 3605) when it is not port + 1. */
  readonly rtcpPort?: number
  /** In order of preference. */
  readonly codecs: readonly OwnCodec[]
  /** Codecs that can be sent, though not offered, to a far side that answers with one of them all the same. */
  readonly spoken: readonly OwnCodec[]
  /** Whose order an answer of ours keeps; RFC 3264 6.1 recommends the offer's. */
  readonly answerOrder: 'offer' | 'own'
  /** Offered for DTMF (RFC 4733), one for each clock rate of the codecs; empty: DTMF is not offered. */
  readonly telephoneEvents: readonly OwnEvents[]
  /** Keys to offer, or to answer with, for SRTP by SDES (RFC 4568), the preferred suite first; empty: plain RTP. */
  readonly crypto: readonly CryptoAttribute[]
  /** Payload type offered for comfort noise at 8000 Hz (RFC 3389); undefined: it is not wanted. */
  readonly comfortNoise: number | undefined
  readonly ptimeMs: number
  /** Media over ICE and DTLS-SRTP, and over nothing else; undefined: plain RTP. */
  readonly webrtc?: OwnWebRtc | undefined
  /** What is sent, written as a=ssrc (RFC 5576 4.1); undefined: it is not said. Of ICE and DTLS `webrtc` names it. */
  readonly source?: { readonly ssrc: number; readonly cname: string } | undefined
  readonly direction: Direction
  /** Offered as a=rtcp-xr (RFC 3611 5); undefined: the attribute is not offered. Who is asked for them sends them. */
  readonly extendedReports?: ExtendedReports | undefined
  /** o= session id: digits; the same in every description of a session. */
  readonly sessionId: string
  /** o= version: plus one whenever the description changes (RFC 3264 8). */
  readonly version: number
}
