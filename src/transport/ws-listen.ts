import { createServer, type IncomingMessage, type Server, STATUS_CODES } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { failure } from './failure.js'
import { maxWebSocketBytes } from './limits.js'
import { remoteAddressOf } from './stream-address.js'
import { StreamListener } from './stream-listener.js'
import { handshakeFailure, noServerCertificate, serverTlsOptions, withTlsSettings } from './tls-settings.js'
import {
  type ChannelEvents,
  isTransportFailure,
  type Listener,
  type ListenOptions,
  type TransportFailure,
  type WsServerOptions,
} from './transport.js'
import { tapSocket } from './wire-tap.js'
import { WsChannel } from './ws-channel.js'

const anyPath: WsServerOptions = { path: undefined, requireProtocol: true }

export async function listenWebSocket(
  name: 'ws' | 'wss',
  options: ListenOptions,
  events: ChannelEvents,
): Promise<Listener | TransportFailure> {
  const server = openServer(name, options)
  if (isTransportFailure(server)) return server
  const listener = new StreamListener(server, events)
  const ready = name === 'ws' ? 'connection' : 'secureConnection'
  server.on(ready, (socket: Socket) => tapSocket(socket, name, false, options.wire))
  const keyLog = options.tls?.keyLog
  if (name === 'wss' && keyLog !== undefined) server.on('keylog', keyLog)
  const refuse = (socket: Duplex, status: number, why: string): void => {
    // HTTP servers allow half-open sockets: a client that stays must not keep this one.
    socket.once('finish', () => socket.destroy())
    // After an upgrade request nobody else listens, and a client may reset instead of reading.
    socket.on('error', () => socket.destroy())
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: text/plain\r\n` +
        `Sec-WebSocket-Version: 13\r\nContent-Length: ${why.length}\r\n\r\n${why}`,
    )
    const text = `refused a WebSocket (${status}): ${why}`
    listener.refuse(failure('handshake', `HTTP_${status}`, text), remoteAddressOf(socket as Socket))
  }
  const upgrade = upgradeHandler(name, options, listener, events, refuse)
  server.on('upgrade', upgrade)
  server.on('request', (request) => refuse(request.socket, 426, 'only WebSocket is spoken here'))
  // For wss also what fails in the TLS handshake.
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code?.startsWith('HPE_') === true && socket.writable) {
      refuse(socket, 400, 'not an HTTP request')
      return
    }
    listener.refuse(handshakeFailure(error, socket), remoteAddressOf(socket as Socket))
    socket.destroy()
  })
  return listener.listen(options)
}

function openServer(name: 'ws' | 'wss', options: ListenOptions): Server | TlsServer | TransportFailure {
  if (name === 'ws') return createServer({ noDelay: true })
  const settings = options.tls
  if (settings === undefined) return noServerCertificate
  return withTlsSettings(() => createTlsServer({ ...serverTlsOptions(settings), noDelay: true }))
}

type Refuse = (socket: Duplex, status: number, why: string) => void

function upgradeHandler(
  name: 'ws' | 'wss',
  options: ListenOptions,
  listener: StreamListener,
  events: ChannelEvents,
  refuse: Refuse,
): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const { path, requireProtocol } = options.ws ?? anyPath
  const webSocketServer = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    clientTracking: false,
    maxPayload: maxWebSocketBytes,
    // RFC 7118 4.1: the server chooses `sip` when it is offered, whatever else is.
    handleProtocols: (offered) => (offered.has('sip') ? 'sip' : false),
  })
  webSocketServer.on('wsClientError', (error, socket) => refuse(socket, 400, error.message))
  return (request, stream, head) => {
    const socket = stream as Socket
    const pathOnly = (request.url ?? '').split('?', 1)[0]
    // RFC 6455 4.2.1 1; RFC 9110 7.8: Upgrade means nothing in HTTP/1.0.
    if (request.httpVersion === '1.0') return refuse(socket, 400, 'WebSocket needs HTTP/1.1')
    if (path !== undefined && pathOnly !== path) return refuse(socket, 404, 'no such path')
    if (requireProtocol && !offersSip(request)) return refuse(socket, 400, 'the sub-protocol sip is not offered')
    webSocketServer.handleUpgrade(request, socket, head, (webSocket) =>
      listener.accept(
        socket,
        (remote) => new WsChannel({ transport: name, webSocket, socket, remote, tap: options.tap }, events),
      ),
    )
  }
}

const offersSip = (request: IncomingMessage): boolean =>
  (request.headers['sec-websocket-protocol'] ?? '').split(',').some((token) => token.trim() === 'sip')
