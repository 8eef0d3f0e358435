import { once } from 'node:events'
import { connect as netConnect, type Socket } from 'node:net'
import { connect as tlsConnect } from 'node:tls'
import type { Address, TransportName } from '../../src/model/address.js'
import { toBytes, type Wire } from '../../src/sip/message/wire.js'
import { createAuthority } from '../../src/transport/certificates.js'
import { TargetGuard } from '../../src/transport/guard.js'
import { transports } from '../../src/transport/registry.js'
import {
  type Channel,
  type ChannelEvents,
  type ConnectOptions,
  isTransportFailure,
  type Listener,
  type ListenOptions,
  type TransportFailure,
} from '../../src/transport/transport.js'

/** Remembers everything that a channel reports, and lets a test wait for it. */
export class Journal implements ChannelEvents {
  readonly opened: Channel[] = []
  readonly messages: { channel: Channel; from: Address; bytes: Buffer }[] = []
  readonly failures: { failure: TransportFailure; to: Address | undefined }[] = []
  readonly closed: string[] = []
  readonly malformed: string[] = []
  readonly inbound: TransportFailure[] = []
  pings = 0
  pongs = 0
  /** Called with each message, for peers that answer. */
  answer: ((channel: Channel, from: Address, bytes: Buffer) => void) | undefined
  #changed: (() => void)[] = []

  onOpen(channel: Channel): void {
    this.opened.push(channel)
    this.#tell()
  }
  onMessage(channel: Channel, from: Address, wire: Wire): void {
    const bytes = Buffer.from(toBytes(wire))
    this.messages.push({ channel, from, bytes })
    this.answer?.(channel, from, bytes)
    this.#tell()
  }
  onFailure(_channel: Channel, failure: TransportFailure, to?: Address): void {
    this.failures.push({ failure, to })
    this.#tell()
  }
  onClose(_channel: Channel, reason: string): void {
    this.closed.push(reason)
    this.#tell()
  }
  onPing(): void {
    this.pings++
    this.#tell()
  }
  onPong(): void {
    this.pongs++
    this.#tell()
  }
  onMalformed(_channel: Channel, kind: string): void {
    this.malformed.push(kind)
    this.#tell()
  }
  onInboundFailure(failure: TransportFailure): void {
    this.inbound.push(failure)
    this.#tell()
  }

  get texts(): string[] {
    return this.messages.map(({ bytes }) => bytes.toString('latin1'))
  }

  /** Resolves once `wanted` holds; fails with all that was seen when it does not within `withinMs`. */
  async until(wanted: (journal: this) => boolean, withinMs = 5000): Promise<void> {
    const deadline = performance.now() + withinMs
    while (!wanted(this)) {
      const leftMs = deadline - performance.now()
      if (leftMs <= 0) throw new Error(`not seen in ${withinMs} ms: ${wanted}; seen: ${this.describe()}`)
      let timer: NodeJS.Timeout | undefined
      await Promise.race([
        new Promise<void>((resolve) => this.#changed.push(resolve)),
        new Promise<void>((resolve) => {
          timer = setTimeout(resolve, leftMs)
        }),
      ])
      clearTimeout(timer)
    }
  }

  describe(): string {
    const { messages, failures, closed, malformed, inbound, pings, pongs } = this
    return JSON.stringify({ messages: messages.length, failures, closed, malformed, inbound, pings, pongs })
  }

  #tell(): void {
    const waiting = this.#changed
    this.#changed = []
    for (const resolve of waiting) resolve()
  }
}

export const authority = await createAuthority()
export const serverPair = await authority.issue(['localhost', '127.0.0.1', '::1'])
export const guard = new TargetGuard([])

export const listenTls = { cert: serverPair.certPem, key: serverPair.keyPem }
export const connectTls = { ca: authority.caPem, verify: 'full' } as const

export function opened<T extends object>(result: T | TransportFailure): T {
  if (isTransportFailure(result)) throw new Error(`${result.kind} ${result.code}: ${result.text}`)
  return result as T
}

export function failed(result: object): TransportFailure {
  if (!isTransportFailure(result)) throw new Error('it worked, and should have failed')
  return result
}

export const listen = async (
  name: TransportName,
  journal: Journal,
  options: Partial<ListenOptions> = {},
): Promise<Listener> =>
  opened(
    await transports[name].listen(
      {
        local: { host: '127.0.0.1', port: 0 },
        ...(transports[name].secure ? { tls: listenTls } : {}),
        ...options,
      },
      journal,
    ),
  )

export const connect = (
  name: TransportName,
  remote: Address,
  journal: Journal,
  options: Partial<ConnectOptions> = {},
): Promise<Channel | TransportFailure> =>
  transports[name].connect(
    { remote, timeoutMs: 5000, guard, ...(transports[name].secure ? { tls: connectTls } : {}), ...options },
    journal,
  )

export interface Pair {
  readonly listener: Listener
  readonly client: Channel
  readonly clientJournal: Journal
  readonly serverJournal: Journal
  /** The server's end; for UDP the listener's one channel. */
  readonly server: Channel
  close(): Promise<void>
}

/** A client and a server of one transport that have found each other. */
export async function pair(
  name: TransportName,
  options: { host?: string; connect?: Partial<ConnectOptions>; listen?: Partial<ListenOptions> } = {},
): Promise<Pair> {
  const serverJournal = new Journal()
  const clientJournal = new Journal()
  const local = { host: options.host ?? '127.0.0.1', port: 0 }
  const listener = await listen(name, serverJournal, { local, ...options.listen })
  const client = opened(await connect(name, listener.local, clientJournal, options.connect))
  await serverJournal.until((journal) => journal.opened.length === 1)
  const close = async (): Promise<void> => {
    await client.close()
    await listener.close()
  }
  return { listener, client, clientJournal, serverJournal, server: serverJournal.opened[0]!, close }
}

/** A socket that speaks no SIP: the test writes its bytes. */
export async function rawSocket(address: Address, secure: boolean, allowHalfOpen = false): Promise<Socket> {
  const where = { host: address.host, port: address.port, noDelay: true, allowHalfOpen }
  const socket = secure ? tlsConnect({ ...where, ca: authority.caPem }) : netConnect(where)
  await once(socket, secure ? 'secureConnect' : 'connect')
  return socket
}

const extendedLength = (length: number): Buffer => {
  if (length < 126) return Buffer.alloc(0)
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(length)
  return bytes
}

/** One WebSocket frame of a client (RFC 6455 5.2), masked with zeros so that the payload stays legible. */
export function clientFrame(payload: Buffer, opcode: number, final = true): Buffer {
  const lengthCode = Math.min(payload.length, 126)
  const head = Buffer.from([(final ? 0x80 : 0) | opcode, 0x80 | lengthCode])
  return Buffer.concat([head, extendedLength(payload.length), Buffer.alloc(4), payload])
}

export const upgradeRequest = (headers: string[], path = '/'): string =>
  [
    `GET ${path} HTTP/1.1`,
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
    '',
    '',
  ].join('\r\n')

/** All that a socket sends until `wanted` has come. */
export async function readUntil(socket: Socket, wanted: string): Promise<string> {
  let text = ''
  while (!text.includes(wanted)) {
    const [chunk] = (await once(socket, 'data', { signal: AbortSignal.timeout(5000) })) as [Buffer]
    text += chunk.toString('latin1')
  }
  return text
}

/** A request with a body; the head is the same for every transport, Content-Length included. */
export function request(options: { body?: string | Buffer; subject?: string; via?: string } = {}): Buffer {
  const body = Buffer.from(options.body ?? '')
  const head = [
    'MESSAGE sip:bob@lab.test SIP/2.0',
    `Via: SIP/2.0/${options.via ?? 'TCP'} 127.0.0.1;branch=z9hG4bK776asdhds`,
    'From: <sip:alice@lab.test>;tag=1',
    'To: <sip:bob@lab.test>',
    'Call-ID: 1@lab.test',
    'CSeq: 1 MESSAGE',
    `Subject: ${options.subject ?? 'x'}`,
    `Content-Length: ${body.length}`,
    '',
    '',
  ].join('\r\n')
  return Buffer.concat([Buffer.from(head), body])
}

/** Opens a raw connection to a listener, for WebSocket up to the end of the handshake. */
export async function rawPeer(name: TransportName, address: Address) {
  const socket = await rawSocket(address, transports[name].secure, true)
  if (name === 'ws' || name === 'wss') {
    socket.write(upgradeRequest(['Sec-WebSocket-Protocol: sip']))
    await readUntil(socket, '\r\n\r\n')
  }
  return socket
}

export const onWire = (name: TransportName, bytes: Buffer): Buffer =>
  name === 'ws' || name === 'wss' ? clientFrame(bytes, 1) : bytes

/** RST and nothing before it: `resetAndDestroy` sends a FIN first, and which of the two is seen is a matter of luck. */
export function reset(socket: Socket): void {
  const { _handle } = socket as unknown as { _handle: { reset(done: () => void): void } }
  _handle.reset(() => socket.destroy())
}

export const portOf = (server: { address(): unknown }): number => (server.address() as { port: number }).port
