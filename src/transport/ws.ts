import type { Transport } from './transport.js'
import { connectWebSocket, type WsKind } from './ws-connect.js'
import { listenWebSocket } from './ws-listen.js'

const kind: WsKind = { name: 'ws', defaultPort: 80 }

export const ws: Transport = {
  name: 'ws',
  reliable: true,
  secure: false,
  defaultPort: 80,
  viaToken: 'WS',
  uriParam: 'ws',
  connect: (options, events) => connectWebSocket(kind, options, events),
  listen: (options, events) => listenWebSocket('ws', options, events),
}
