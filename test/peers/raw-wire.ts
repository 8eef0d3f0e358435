import { createSocket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { WebSocket } from 'ws'
import { header } from './raw-message.js'

export type RawTransport = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss'

export interface RawOptions {
  readonly transport: RawTransport
  readonly user: string
  readonly domain: string
  readonly host: string
  readonly port: number
  /** Appended to the Contact URI, such as `;ob`. */
  readonly contactParameters?: string
  /** For tls and wss. */
  readonly caFile?: string
}

/** What carries texts of SIP to one server and back. */
export interface Wire {
  readonly localPort: number
  send(text: string): void
  close(): void
}

/** Cuts a byte stream into messages at Content-Length (RFC 3261 18.3). */
function streamReader(deliver: (text: string) => void): (bytes: Buffer) => void {
  let pending = ''
  return (bytes) => {
    pending += bytes.toString('latin1')
    while (true) {
      pending = pending.replace(/^(\r\n)+/, '')
      const head = pending.indexOf('\r\n\r\n')
      if (head < 0) return
      const length = head + 4 + Number(header(pending.slice(0, head + 2), '(?:Content-Length|l)') || 0)
      if (pending.length < length) return
      deliver(pending.slice(0, length))
      pending = pending.slice(length)
    }
  }
}

/** One way to connect per transport. */
export const openWire: Record<RawTransport, (options: RawOptions, deliver: (text: string) => void) => Promise<Wire>> = {
  udp: (options, deliver) =>
    new Promise((resolve, reject) => {
      const socket = createSocket('udp4')
      socket.once('error', reject)
      socket.on('message', (bytes) => deliver(bytes.toString('latin1')))
      socket.bind(0, options.host, () =>
        resolve({
          localPort: socket.address().port,
          send: (text) => socket.send(Buffer.from(text, 'latin1'), options.port, options.host),
          close: () => socket.close(),
        }),
      )
    }),
  tcp: (options, deliver) => openStream(options, deliver, false),
  tls: (options, deliver) => openStream(options, deliver, true),
  ws: (options, deliver) => openWebSocket(options, deliver, 'ws'),
  wss: (options, deliver) => openWebSocket(options, deliver, 'wss'),
}

const trust = (options: RawOptions): { ca?: Buffer; servername: string } => ({
  servername: options.domain,
  ...(options.caFile === undefined ? {} : { ca: readFileSync(options.caFile) }),
})

function openStream(options: RawOptions, deliver: (text: string) => void, secure: boolean): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const { host, port } = options
    const socket = secure ? connectTls({ host, port, ...trust(options) }) : connectTcp({ host, port })
    socket.once('error', reject)
    socket.on('data', streamReader(deliver))
    socket.once(secure ? 'secureConnect' : 'connect', () =>
      resolve({
        localPort: socket.localPort ?? 0,
        send: (text) => socket.write(Buffer.from(text, 'latin1')),
        close: () => socket.destroy(),
      }),
    )
  })
}

function openWebSocket(options: RawOptions, deliver: (text: string) => void, scheme: 'ws' | 'wss'): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const address = `${scheme}://${options.host}:${options.port}/`
    const socket = new WebSocket(address, 'sip', scheme === 'wss' ? trust(options) : {})
    socket.once('error', reject)
    socket.on('message', (data: Buffer) => deliver(data.toString('latin1')))
    socket.once('open', () =>
      resolve({ localPort: 0, send: (text) => socket.send(text), close: () => socket.terminate() }),
    )
  })
}
