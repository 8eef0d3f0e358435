/** An audio codec: how 16-bit samples become payload. */
export interface Codec {
  /** Encoding name of RFC 3551. */
  readonly name: string
  readonly clockRate: number
  readonly staticPayloadType: number
  /** Payload bytes of a packet of `ptimeMs`. */
  payloadBytes(ptimeMs: number): number
  encode(samples: Int16Array, into: Uint8Array): void
  decode(payload: Uint8Array, into: Int16Array): void
}
