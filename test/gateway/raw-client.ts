import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import WebSocket from 'ws'
import type { Address, TransportName } from '../../src/model/address.js'
import { digestHash } from '../../src/sip/auth/algorithm.js'

/** A SIP party written by hand over a bare socket: it knows nothing but texts. */
export class RawClient {
  readonly transport: TransportName
  /** What its Via and Contact say. */
  readonly host: string
  readonly close: () => Promise<void>
  readonly #send: (text: string) => void
  readonly #received: string[] = []
  readonly all: string[] = []
  readonly #waiting = new Set<() => void>()
  onText: ((text: string) => void) | undefined
  closed = false

  private constructor(
    transport: TransportName,
    host: string,
    send: (text: string) => void,
    close: () => Promise<void>,
  ) {
    this.transport = transport
    this.host = host
    this.#send = send
    this.close = close
  }

  static async open(transport: TransportName, gateway: Address, ca = ''): Promise<RawClient> {
    if (transport === 'udp') return RawClient.#udp(gateway)
    if (transport === 'ws' || transport === 'wss') return RawClient.#ws(transport, gateway, ca)
    const socket: Socket =
      transport === 'tls' ? connectTls({ ...gateway, ca, servername: 'localhost' }) : connect(gateway)
    await once(socket, transport === 'tls' ? 'secureConnect' : 'connect')
    const host = `127.0.0.1:${socket.localPort}`
    const closed = once(socket, 'close')
    const client = new RawClient(
      transport,
      host,
      (text) => socket.write(text, 'latin1'),
      async () => {
        socket.destroy()
        await closed
      },
    )
    let pending = ''
    socket.on('error', () => {})
    socket.on('close', () => client.#lost())
    socket.on('data', (chunk) => {
      pending += chunk.toString('latin1')
      for (;;) {
        while (pending.startsWith('\r\n')) {
          client.all.push('\r\n')
          pending = pending.slice(2)
        }
        const end = pending.indexOf('\r\n\r\n')
        if (end < 0) return
        const length = end + 4 + Number(/^content-length: *(\d+)/im.exec(pending)?.[1] ?? 0)
        if (pending.length < length) return
        client.#deliver(pending.slice(0, length))
        pending = pending.slice(length)
      }
    })
    return client
  }

  static async #udp(gateway: Address): Promise<RawClient> {
    const socket: UdpSocket = createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const host = `127.0.0.1:${socket.address().port}`
    const client = new RawClient(
      'udp',
      host,
      (text) => socket.send(Buffer.from(text, 'latin1'), gateway.port, gateway.host),
      () => new Promise((resolve) => socket.close(() => resolve())),
    )
    socket.on('message', (bytes) => client.#deliver(bytes.toString('latin1')))
    return client
  }

  static async #ws(transport: 'ws' | 'wss', gateway: Address, ca: string): Promise<RawClient> {
    const scheme = transport === 'ws' ? 'ws' : 'wss'
    const socket = new WebSocket(`${scheme}://localhost:${gateway.port}/`, 'sip', { ca, localAddress: '127.0.0.1' })
    await once(socket, 'open')
    const closed = once(socket, 'close')
    const client = new RawClient(
      transport,
      `x${Math.random().toString(36).slice(2)}.invalid`,
      (text) => socket.send(Buffer.from(text, 'latin1')),
      async () => {
        socket.terminate()
        await closed
      },
    )
    socket.on('error', () => {})
    socket.on('close', () => client.#lost())
    socket.on('message', (bytes: Buffer) => client.#deliver(bytes.toString('latin1')))
    return client
  }

  send(text: string): void {
    this.#send(text)
  }

  /** The next text received that fits, passing over others. */
  async next(pattern: RegExp, withinMs = 3000): Promise<string> {
    const deadline = Date.now() + withinMs
    for (;;) {
      const index = this.#received.findIndex((text) => pattern.test(text))
      if (index >= 0) return this.#received.splice(index, 1)[0] ?? ''
      const left = deadline - Date.now()
      if (left <= 0) {
        const seen = this.all.map((text) => text.slice(0, text.indexOf('\r\n')))
        throw new Error(`no ${pattern} within ${withinMs} ms; received ${JSON.stringify(seen)}`)
      }
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer)
          this.#waiting.delete(wake)
          resolve()
        }
        const timer = setTimeout(wake, left)
        this.#waiting.add(wake)
      })
    }
  }

  #deliver(text: string): void {
    this.all.push(text)
    if (this.onText) this.onText(text)
    else this.#received.push(text)
    for (const wake of [...this.#waiting]) wake()
  }

  #lost(): void {
    this.closed = true
    for (const wake of [...this.#waiting]) wake()
  }
}

/** Values of a header over all its lines. */
export const headers = (text: string, name: string): string[] =>
  [...text.matchAll(new RegExp(`^${name}: *(.*)\\r$`, 'gim'))].map((match) => match[1] ?? '')

export const header = (text: string, name: string): string => headers(text, name)[0] ?? ''

export const bodyOf = (text: string): string => text.slice(text.indexOf('\r\n\r\n') + 4)

export const uriIn = (value: string): string => /<([^>]+)>/.exec(value)?.[1] ?? value

let serial = 0
const viaTokens = { udp: 'UDP', tcp: 'TCP', tls: 'TLS', ws: 'WS', wss: 'WSS' } as const

export interface RequestParts {
  readonly method: string
  readonly uri: string
  readonly from: string
  readonly to: string
  readonly callId: string
  readonly cseq: number
  readonly branch?: string
  readonly headers?: readonly string[]
  readonly body?: string
}

export function request(client: RawClient, parts: RequestParts): string {
  const branch = parts.branch ?? `z9hG4bKtest${serial++}`
  const body = parts.body ?? ''
  return [
    `${parts.method} ${parts.uri} SIP/2.0`,
    `Via: SIP/2.0/${viaTokens[client.transport]} ${client.host};branch=${branch};rport`,
    'Max-Forwards: 70',
    `From: ${parts.from}`,
    `To: ${parts.to}`,
    `Call-ID: ${parts.callId}`,
    `CSeq: ${parts.cseq} ${parts.method}`,
    ...(parts.headers ?? []),
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n')
}

/** A response with the fields that a server copies. */
export function response(to: string, status: string, more: readonly string[] = [], body = '', tag = 'callee'): string {
  const toValue = header(to, 'To')
  return [
    `SIP/2.0 ${status}`,
    ...headers(to, 'Via').map((value) => `Via: ${value}`),
    ...headers(to, 'Record-Route').map((value) => `Record-Route: ${value}`),
    `From: ${header(to, 'From')}`,
    `To: ${toValue}${toValue.includes('tag=') || status.startsWith('100') ? '' : `;tag=${tag}`}`,
    `Call-ID: ${header(to, 'Call-ID')}`,
    `CSeq: ${header(to, 'CSeq')}`,
    ...more,
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n')
}

/** Answers a challenge of MD5 or SHA-256 with qop auth, by the formula of RFC 7616 written out. */
export function credentials(challenge: string, user: string, password: string, method: string, uri: string): string {
  const field = (name: string): string => new RegExp(`${name}="?([^",]+)`).exec(challenge)?.[1] ?? ''
  const algorithm = field('algorithm') === 'SHA-256' ? 'SHA-256' : 'MD5'
  const hash = (text: string): string => digestHash(algorithm, text)
  const [realm, nonce] = [field('realm'), field('nonce')]
  const digest = hash(`${hash(`${user}:${realm}:${password}`)}:${nonce}:00000001:abc:auth:${hash(`${method}:${uri}`)}`)
  return (
    `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${digest}", ` +
    `algorithm=${algorithm}, cnonce="abc", qop=auth, nc=00000001`
  )
}

export const sdp = (port: number, host = '127.0.0.1'): string =>
  `v=0\r\no=- 1 1 IN IP4 ${host}\r\ns=-\r\nc=IN IP4 ${host}\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0 101\r\n` +
  'a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\na=sendrecv\r\n'
