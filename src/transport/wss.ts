import type { Transport } from './transport.js'
import { connectWebSocket, type WsKind } from './ws-connect.js'
import { listenWebSocket } from './ws-listen.js'

const kind: WsKind = { name: 'wss', defaultPort: 443 }

export const wss: Transport = {
  name: 'wss',
  reliable: true,
  secure: true,
  defaultPort: 443,
  viaToken: 'WSS',
  uriParam: 'ws',
  connect: (options, events) => connectWebSocket(kind, options, events),
  listen: (options, events) => listenWebSocket('wss', options, events),
}
