import type { Rng } from '../base/rng.js'
import type { TransportName } from '../model/address.js'
import type { TargetGuard } from '../transport/guard.js'
import { openRawDatagrams, openRawStream, type RawSocket, type RawSocketOptions } from '../transport/raw-socket.js'
import { isTransportFailure } from '../transport/transport.js'
import type { ProbeTarget } from './target.js'
import { clientFrame, closeStatus, opcode, upgradeRequest, WebSocketReader } from './websocket.js'
import type { Network, Opening, Wire, WireEvents } from './wire.js'

export interface SocketNetworkOptions {
  readonly target: ProbeTarget
  readonly guard: TargetGuard
  readonly rng: Rng
  /** PEM text of authorities to trust besides the system's. */
  readonly ca: string | undefined
  /** Own port of the party that is called. */
  readonly listenPort: number | undefined
}

const connectMs = 5000

/** Real sockets towards the target. */
export class SocketNetwork implements Network {
  readonly #options: SocketNetworkOptions

  constructor(options: SocketNetworkOptions) {
    this.#options = options
  }

  async open(transport: TransportName, events: WireEvents, opening?: Opening): Promise<Wire | string> {
    const { target, guard, ca, listenPort } = this.#options
    const common: RawSocketOptions = { remote: target.address, guard, timeoutMs: connectMs }
    if (transport === 'udp') {
      const localPort = target.callsUs ? listenPort : undefined
      const socket = await openRawDatagrams({ ...common, remote: target.udp ?? target.address, localPort }, events)
      return isTransportFailure(socket) ? socket.text : plainWire(transport, socket)
    }
    const secure = transport === 'tls' || transport === 'wss'
    const options = secure ? { ...common, tls: { ca, serverName: serverNameOf(target), ...opening?.tls } } : common
    if (transport === 'tcp' || transport === 'tls') {
      const socket = await openRawStream(options, events)
      if (isTransportFailure(socket)) return socket.text
      tellSecurity(socket, events)
      return plainWire(transport, socket)
    }
    return this.#openWebSocket(transport, options, events, opening)
  }

  async #openWebSocket(
    transport: TransportName,
    options: RawSocketOptions,
    events: WireEvents,
    opening: Opening | undefined,
  ): Promise<Wire | string> {
    const { rng, target } = this.#options
    let answered: (head: string) => void = () => undefined
    const answer = new Promise<string>((resolve) => {
      answered = resolve
    })
    let socket: RawSocket | undefined
    const reader = new WebSocketReader(
      (head) => {
        answered(head)
        if (opening !== undefined) events.onAnswer?.(head)
        // What follows any other answer is the body of an HTTP response.
        return head.startsWith('HTTP/1.1 101')
      },
      (payload, code) => {
        if (code === opcode.ping) socket?.send(clientFrame(opcode.pong, payload, rng))
        else if (code === opcode.pong) events.onEvent(`pong ${payload.toString('latin1')}`)
        else if (code === opcode.close) events.onEvent(`closed by a close frame ${closeStatus(payload)}`)
        else events.onBytes(payload)
      },
    )
    const raw = await openRawStream(options, {
      onBytes: (bytes) => reader.push(bytes),
      onEvent: (text) => {
        answered(text)
        events.onEvent(text)
      },
    })
    if (isTransportFailure(raw)) return raw.text
    socket = raw
    tellSecurity(raw, events)
    raw.send(Buffer.from(opening?.head ?? upgradeRequest(target, rng), 'latin1'))
    const send: Wire['send'] = (bytes, sent) =>
      raw.send(clientFrame(sent?.binary === true ? opcode.binary : opcode.text, bytes, rng))
    const frame: Wire['frame'] = (first, payload) =>
      raw.send(clientFrame(first & 0x7f, payload, rng, (first & 0x80) !== 0))
    const wire: Wire = { transport, local: raw.local, send, frame, close: () => raw.close(), lose: () => raw.reset?.() }
    if (opening !== undefined) return wire
    const timer = setTimeout(() => answered('nothing'), connectMs)
    const head = await answer
    clearTimeout(timer)
    if (head.startsWith('HTTP/1.1 101')) return wire
    raw.close()
    return `the WebSocket handshake is answered ${head.split('\r\n')[0]}`
  }
}

function tellSecurity({ secured, distrust }: RawSocket, events: WireEvents): void {
  if (secured === undefined) return
  events.onEvent(`certificate ${distrust ?? 'trusted'}`)
  events.onEvent(`tls ${secured.version} ${secured.alpn ?? ''}`)
}

/** The domain without a port, which no certificate names. */
const serverNameOf = ({ domain }: ProbeTarget): string => domain.replace(/:\d+$/, '')

const plainWire = (transport: TransportName, socket: RawSocket): Wire => ({
  transport,
  local: socket.local,
  send: (bytes, options) => socket.send(bytes, options?.to),
  close: () => socket.close(),
})
