import type { TransportName } from '../model/address.js'
import { tcp } from './tcp.js'
import { tls } from './tls.js'
import type { Transport } from './transport.js'
import { udp } from './udp.js'
import { ws } from './ws.js'
import { wss } from './wss.js'

/** Every transport there is, in the order of `transportNames`. */
export const transports: Readonly<Record<TransportName, Transport>> = { udp, tcp, tls, ws, wss }
