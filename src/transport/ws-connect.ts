import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { WebSocket } from 'ws'
import { formatAddress } from '../model/address.js'
import { dial } from './dial.js'
import { failure, failureFromError, timeoutFailure } from './failure.js'
import { maxWebSocketBytes } from './limits.js'
import type { Channel, ChannelEvents, ConnectOptions, TransportFailure } from './transport.js'
import { tapSocket } from './wire-tap.js'
import { WsChannel } from './ws-channel.js'

const what = 'cannot open a WebSocket to'

export interface WsKind {
  readonly name: 'ws' | 'wss'
  readonly defaultPort: number
}

/** TCP or TLS first, so that local address, security context and failures are those of every stream; then upgrade. */
export async function connectWebSocket(
  kind: WsKind,
  options: ConnectOptions,
  events: ChannelEvents,
): Promise<Channel | TransportFailure> {
  const deadlineMs = performance.now() + options.timeoutMs
  const security = kind.name === 'wss' ? { alpn: ['http/1.1'] } : 'plain'
  return dial(options, security, (socket) => {
    tapSocket(socket, kind.name, true, options.wire)
    return upgrade(kind, socket, options, deadlineMs - performance.now(), events)
  })
}

/** The Host header: RFC 9110 7.2 leaves the port out when it is the scheme's own. */
function hostOf(kind: WsKind, options: ConnectOptions): string {
  const { remote, tls, ws } = options
  if (ws?.host !== undefined) return ws.host
  const address = { host: tls?.serverName ?? remote.host, port: remote.port }
  const written = formatAddress(address)
  return remote.port === kind.defaultPort ? written.slice(0, written.lastIndexOf(':')) : written
}

function openWebSocket(kind: WsKind, socket: Socket, options: ConnectOptions): WebSocket | TransportFailure {
  const { path = '/', origin, headers } = options.ws ?? {}
  try {
    // The connection exists already: of the URL only the path is used, and Host is given apart.
    return new WebSocket(`ws://localhost${path.startsWith('/') ? path : `/${path}`}`, ['sip'], {
      createConnection: () => socket,
      perMessageDeflate: false,
      maxPayload: maxWebSocketBytes,
      headers: { ...headers, Host: hostOf(kind, options) },
      ...(origin === undefined ? {} : { origin }),
    })
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return failure('handshake', 'ERR_INVALID_REQUEST', `${what} path ${path}: ${error.message}`)
  }
}

function upgrade(
  kind: WsKind,
  socket: Socket,
  options: ConnectOptions,
  timeoutMs: number,
  events: ChannelEvents,
): Promise<Channel | TransportFailure> {
  const { remote, tap } = options
  const webSocket = openWebSocket(kind, socket, options)
  if (!(webSocket instanceof WebSocket)) {
    socket.destroy()
    return Promise.resolve(webSocket)
  }
  return new Promise((resolve) => {
    const settle = (): void => {
      clearTimeout(timer)
      webSocket.off('error', onError)
    }
    const give = (reason: TransportFailure): void => {
      settle()
      // terminate() reports the abandoned handshake as an error of its own.
      webSocket.on('error', ignoreAfterFailure)
      webSocket.terminate()
      socket.destroy()
      resolve(reason)
    }
    const onError = (error: Error): void => give(handshakeFailure(error, options))
    const timer = setTimeout(() => give(timeoutFailure(what, remote, options.timeoutMs)), Math.max(0, timeoutMs))
    webSocket.on('error', onError)
    webSocket.on('unexpected-response', (_request, response) => give(refusal(response, options)))
    webSocket.on('open', () => {
      settle()
      resolve(new WsChannel({ transport: kind.name, webSocket, socket, remote, tap }, events))
    })
  })
}

const ignoreAfterFailure = (): void => {}

function refusal(response: IncomingMessage, options: ConnectOptions): TransportFailure {
  const { statusCode = 0, statusMessage = '' } = response
  const text = `${what} ${formatAddress(options.remote)}: the server answers ${statusCode} ${statusMessage}`
  return failure('handshake', `HTTP_${statusCode}`, text.trimEnd())
}

/** ws reports what is wrong with the answer to the upgrade as plain errors without a code. */
function handshakeFailure(error: Error, options: ConnectOptions): TransportFailure {
  const reason = failureFromError(error, what, options.remote)
  if (reason.kind !== 'other') return reason
  const code = reason.code === 'Error' ? 'WS_HANDSHAKE' : reason.code
  return failure('handshake', code, `${what} ${formatAddress(options.remote)}: ${error.message}`)
}
