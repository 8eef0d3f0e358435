import type { Clock } from '../base/clock.js'
import type { NativeRtp } from './native-rtp.js'
import type { PortRange } from './port-pairs.js'
import type { RecordingLimits } from './recording/packet-keeper.js'
import type { StatisticsTable } from './statistics-view.js'
import type { BindSocket } from './stream-socket.js'

export interface RtpPortOptions {
  readonly clock: Clock
  /** Local ports, the first for RTP being even; 16384 to 32766 when left out. */
  readonly ports?: PortRange
  /** Receive buffer of each socket in bytes. */
  readonly recvBufferBytes?: number
  /** Mean time between RTCP reports; 5000 by RFC 3550 6.2; 0 sends none. */
  readonly rtcpIntervalMs?: number
  /** What is received is kept within these limits, and is part of the reports. */
  readonly recording?: RecordingLimits
}

/** What the streams of a port run on. */
export interface RtpPortParts {
  readonly kind: 'dgram' | 'native'
  readonly reason: string
  readonly table: StatisticsTable
  readonly bind: BindSocket
  /** Undefined: JavaScript sends everything, and the table may grow. */
  readonly native: NativeRtp | undefined
}
