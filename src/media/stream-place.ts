import type { PacketReceiver } from './port-pairs.js'
import type { StreamSpec } from './stream-port.js'
import type { StreamSocket } from './stream-socket.js'

/** So far past the end of an earlier stream (a minute of 20 ms packets) its packets are still known as leftovers. */
const leftoverPackets = 3000

/** Local ports: a pair of one stream's own, one socket of its own for RTP and RTCP (RFC 5761), or a pair that streams share. */
export type PortUse = 'own' | 'muxed' | 'shared'

/** What a stream asks for. */
export const useOf = ({ webrtc, sharesPort }: Pick<StreamSpec, 'webrtc' | 'sharesPort'>): PortUse =>
  webrtc ? 'muxed' : sharesPort ? 'shared' : 'own'

/** A source that was heard, and where it ended. */
export interface FormerSource {
  readonly ssrc: number
  readonly sequence: number
}

/** Where a stream sends from and receives. */
export interface StreamPlace {
  readonly host: string
  readonly port: number
  readonly use: PortUse
  readonly rtp: StreamSocket
  readonly rtcp: StreamSocket
  /** For every send: dgram tells failures of a send only to its callback. One function, so that none is made. */
  readonly onSent: (error: Error | null) => void
  /** Who gets the packets. */
  receiver: PacketReceiver | undefined
  /** What the last stream here heard. */
  formerSource: FormerSource | undefined
}

/**
 * Whether a packet goes on where the stream before ended. SSRC alone does not tell: some far sides use the same one
 * in every call, but then start their sequence again.
 */
export const isLeftover = (former: FormerSource | undefined, ssrc: number, sequence: number): boolean =>
  former !== undefined && ssrc === former.ssrc && ((sequence - former.sequence - 1) & 0xffff) < leftoverPackets
