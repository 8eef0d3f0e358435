import type { CodecName } from '../../model/codec.js'

/** An audio codec as RTP and SDP see it. */
export interface Codec {
  readonly name: CodecName
  /** RTP timestamp units per second; not always the sampling rate (RFC 3551 4.5.2: G.722). */
  readonly clockRate: number
  /** Channels in a=rtpmap; what we send is mono all the same. */
  readonly channels: number
  /** Static payload type of RFC 3551 table 4, or the dynamic one that we offer. */
  readonly payloadType: number
  /** Value of a=fmtp, empty for none. */
  readonly fmtp: string
  /** Packet times are whole multiples of this. */
  readonly frameMs: number
  /** Undefined: payloads come prepared, nothing is encoded or decoded. */
  readonly coder: Coder | undefined
}

/** Turns 16-bit mono samples into payloads and back. */
export interface Coder {
  /** Samples per second that are encoded. */
  readonly sampleRate: number
  /** Sampling rates at which payloads can be decoded. */
  readonly decodedRates: readonly number[]
  /** Most bytes that a payload of this packet time can have. */
  longestPayload(ptimeMs: number): number
  /** With a state of its own where the codec has one. */
  newEncoder(ptimeMs: number): Encoder
  /** At one of `decodedRates`; that of the encoder when left out. */
  newDecoder(sampleRate?: number): Decoder
  readonly pieces: Pieces
}

/** How a payload is put together out of shorter ones that were encoded one by one. */
export interface Pieces {
  newEncoder(pieceMs: number): Encoder
  /** Returns the bytes written. */
  join(pieces: readonly Uint8Array[], into: Uint8Array): number
}

/** For codecs whose payloads are plain sequences of code words. */
export function joinPlainly(pieces: readonly Uint8Array[], into: Uint8Array): number {
  let at = 0
  for (const piece of pieces) {
    into.set(piece, at)
    at += piece.length
  }
  return at
}

export interface Encoder {
  /** Encodes the samples of one packet time; returns the bytes written. */
  encode(samples: Int16Array, into: Uint8Array): number
}

export interface Decoder {
  /**
   * Decodes one payload, which lies in `bytes` from `start` to `end`; returns the samples written: 0 for a payload that is
   * none, at most 120 ms for Opus.
   */
  decode(bytes: Uint8Array, into: Int16Array, start?: number, end?: number): number
}
