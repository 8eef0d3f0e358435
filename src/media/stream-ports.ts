import type { NativeAddon } from '../native/addon.js'
import { nativePart } from '../native/addon.js'
import { bindDgramSocket } from './dgram-socket.js'
import { NativeRtp } from './native-rtp.js'
import { RtpPort } from './rtp-port.js'
import type { RtpPortOptions } from './rtp-port-parts.js'
import { StatisticsTable } from './statistics-view.js'

/** Rows of a port over the native part, whose memory cannot grow; what is not used costs nothing. */
const nativeRows = 32_768

/** The port over node:dgram; `reason` says why it is this one. */
export function newDgramPort(options: RtpPortOptions, reason = 'node:dgram was asked for'): RtpPort {
  const table = new StatisticsTable(256)
  return new RtpPort(options, { kind: 'dgram', reason, table, bind: bindDgramSocket, native: undefined })
}

/** The port over the native part, which keeps to real time whatever `clock` says. */
export function newNativePort(options: RtpPortOptions, { rtp }: NativeAddon): RtpPort {
  const table = new StatisticsTable(nativeRows)
  const native = new NativeRtp(rtp, options.clock, table)
  const reason = 'the native part is there; what goes through a TURN server is sent by JavaScript'
  return new RtpPort(options, { kind: 'native', reason, table, bind: native.bind, native })
}

/** The port that this process can have. */
export function newStreamPort(options: RtpPortOptions): RtpPort {
  const { addon, reason } = nativePart
  return addon ? newNativePort(options, addon) : newDgramPort(options, reason)
}
