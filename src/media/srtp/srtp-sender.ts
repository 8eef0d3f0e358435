import type { SrtpHandle } from '../../native/srtp-addon.js'

/** Protects what one side sends under one master key, for any number of SSRCs (RFC 3711 3.3, 3.4). */
export interface SrtpSender {
  /** The same sender for threads of the native part; undefined where they have none. */
  readonly handle: SrtpHandle | undefined
  /** By so much an RTP packet grows. */
  readonly rtpOverheadBytes: number
  /** By so much an RTCP packet grows. */
  readonly rtcpOverheadBytes: number

  /**
   * Protects a valid RTP packet, the first `length` bytes of `packet`, into `into`, which may be the same buffer and
   * has room for `rtpOverheadBytes` more. Returns the length of the result.
   */
  protectRtp(packet: Uint8Array, length: number, into: Uint8Array): number

  /** The same for a compound RTCP packet; it grows by `rtcpOverheadBytes`. */
  protectRtcp(packet: Uint8Array, length: number, into: Uint8Array): number
}
