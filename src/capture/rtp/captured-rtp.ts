import type { Address } from '../../model/address.js'

/**
 * One RTP stream of a capture as it passed the capturing host: one SSRC from one address and port to another. Times
 * are milliseconds since 1970; figures that need the clock rate are undefined when no session description told it.
 */
export interface CapturedRtpStream {
  readonly source: Address
  readonly destination: Address
  readonly ssrc: number
  /** Call-ID of the call whose session descriptions name one of its ends. */
  readonly callId: string | undefined
  /** Payload types with their packets, in the order of their first. */
  readonly payloadTypes: readonly { readonly payloadType: number; readonly name: string; readonly packets: number }[]
  readonly firstMs: number
  readonly lastMs: number
  readonly firstFrame: number
  readonly packets: number
  /** RFC 3550 A.3: extended highest sequence number less the first plus one. */
  readonly expected: number
  /** Expected less distinct packets. */
  readonly lost: number
  /** Packets whose number was seen among the last 128; copies that the capture holds twice are gone before. */
  readonly duplicated: number
  /** Packets that came after one with a higher number (RFC 4737 3). */
  readonly reordered: number
  /** Packets whose number is not that of the packet before plus one. */
  readonly sequenceErrors: number
  /** Jumps of the sequence that RFC 3550 A.1 does not bridge; what comes behind is counted anew. */
  readonly restarts: number
  /** Time between packets as they came. */
  readonly minDeltaMs: number | undefined
  readonly meanDeltaMs: number | undefined
  readonly maxDeltaMs: number | undefined
  readonly maxDeltaFrame: number
  /** RFC 3550 A.8 in its running value, over audio packets in order of arrival. */
  readonly meanJitterMs: number | undefined
  readonly maxJitterMs: number | undefined
  /** Digits of telephone-events (RFC 4733), in the order in which they began. */
  readonly dtmf: string
}

/** The audio of one call between the two elements that exchanged its session descriptions. */
export interface CapturedMediaCall {
  readonly callId: string
  /** Who sent the INVITE, and who answered: SIP addresses of this hop. */
  readonly caller: Address
  readonly callee: Address
  readonly answeredMs: number
  /** When the BYE came; undefined when it is not in the capture. */
  readonly endedMs: number | undefined
  /** RTP packets from the address that one end offers, or to the one that the other offers, after the answer. */
  readonly packetsFromCaller: number
  readonly packetsFromCallee: number
  /**
   * `both` ways, `one-way`, or `silent`. `as-agreed`: one direction is silent and the session descriptions say so.
   * `unjudged`: the capture holds no RTP of any call, so silence proves nothing.
   */
  readonly heard: 'both' | 'one-way' | 'silent' | 'as-agreed' | 'unjudged'
}

/** Who wants to know of RTP. */
export interface RtpUser {
  /** A stream is over, or the capture is. */
  onStream(stream: CapturedRtpStream): void
  onCall(call: CapturedMediaCall): void
}
