import type { SrtpHandle } from '../../native/srtp-addon.js'
import type { SrtpFailure } from './srtp-failure.js'

/**
 * Unprotects what one side receives, for any number of SSRCs (RFC 3711 3.3, 3.4). With several master keys the MKI of
 * each packet picks one; rollover counter and replay list belong to the source, whatever the key.
 */
export interface SrtpReceiver {
  /** The same receiver for threads of the native part; undefined where they have none. */
  readonly handle: SrtpHandle | undefined

  /**
   * Unprotects an SRTP packet into `into`, which may be the same buffer. Returns the length of the RTP packet, or why
   * there is none; then `into` holds nothing of use and `bytes`, even if the same buffer, is as it was.
   */
  unprotectRtp(bytes: Uint8Array, into: Uint8Array): number | SrtpFailure

  /** The same for an SRTCP packet. One whose E flag is not set is authenticated and was not encrypted. */
  unprotectRtcp(bytes: Uint8Array, into: Uint8Array): number | SrtpFailure
}
