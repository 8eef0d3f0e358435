import { createSocket } from 'node:dgram'
import type { Clock } from '../base/clock.js'
import { nativePart } from '../native/addon.js'
import { NativeRtp } from './native-rtp.js'
import { StatisticsTable } from './statistics-view.js'
import type { StreamSocket } from './stream-socket.js'

/** Opens the sockets of a relay. */
export interface RelaySockets {
  readonly kind: 'dgram' | 'native'
  /** Bound when it returns; undefined when the port is taken. What it tells of is good within the call. */
  open(host: string, port: number): StreamSocket | undefined
  /** All of them; nothing may be opened afterwards. */
  close(): void
}

type Lookup = (
  name: string,
  family: number,
  done: (error: Error | null, address: string, family: number) => void,
) => void

/** Addresses are numeric here; answering within the call lets dgram bind and send without a turn of the event loop. */
const lookup: Lookup = (name, family, done) => done(null, name, family)

const receiveBufferBytes = 512 * 1024

/** Throws when the system has no descriptors left for it. */
export function openRelaySockets(clock: Clock): RelaySockets {
  const { addon } = nativePart
  return addon ? nativeSockets(new NativeRtp(addon.rtp, clock, new StatisticsTable(1))) : dgramSockets
}

/** As phones have them: a thread takes what arrives, many packets at a time. */
function nativeSockets(native: NativeRtp): RelaySockets {
  return {
    kind: 'native',
    open: (host, port) => {
      const socket = native.open(host, port, receiveBufferBytes)
      return socket instanceof Error ? undefined : socket
    },
    close: () => native.close(),
  }
}

const dgramSockets: RelaySockets = { kind: 'dgram', open: bindDgram, close: () => {} }

function bindDgram(host: string, port: number): StreamSocket | undefined {
  const ipv6 = host.includes(':')
  const type = ipv6 ? 'udp6' : 'udp4'
  const socket = createSocket({ type, ipv6Only: ipv6, recvBufferSize: receiveBufferBytes, lookup: lookup as never })
  let failed = false
  // Later errors are of single packets, such as ENETUNREACH: lost, as UDP may.
  socket.on('error', () => {
    failed = true
  })
  socket.bind({ port, address: host, exclusive: true })
  if (!failed) return socket
  socket.close()
  return undefined
}
