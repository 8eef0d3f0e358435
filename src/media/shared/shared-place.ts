import type { Address } from '../../model/address.js'
import type { PacketReceiver } from '../port-pairs.js'
import type { RtpStream } from '../rtp-stream.js'
import type { FormerSource, StreamPlace } from '../stream-place.js'
import type { StreamSocket } from '../stream-socket.js'
import type { SharedPort } from './shared-port.js'

/** One stream's place on a pair of ports that it shares, and by what its packets are told from those of others. */
export class SharedPlace implements StreamPlace {
  readonly use = 'shared'
  readonly shared: SharedPort
  receiver: PacketReceiver | undefined
  formerSource: FormerSource | undefined
  stream: RtpStream | undefined
  /** Where its RTP comes from: what its description says, and where else it was seen to come from. */
  rtpFrom: readonly Address[] = []
  rtcpFrom: readonly Address[] = []
  learnedFrom: Address | undefined
  /** Sources that its description names. */
  declared: readonly number[] = []
  /** Those, and what it was heard to be where only SSRC tells. */
  readonly ssrcs = new Set<number>()
  /** The native part may count its packets. */
  isCounted = false

  constructor(shared: SharedPort) {
    this.shared = shared
  }

  get host(): string {
    return this.shared.pair.host
  }

  get port(): number {
    return this.shared.pair.port
  }

  get rtp(): StreamSocket {
    return this.shared.pair.rtp
  }

  get rtcp(): StreamSocket {
    return this.shared.pair.rtcp
  }

  get onSent(): (error: Error | null) => void {
    return this.shared.pair.onSent
  }
}
