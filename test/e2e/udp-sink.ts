import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'

export interface Datagram {
  readonly atMs: number
  readonly text: string
  readonly from: RemoteInfo
}

/** A UDP socket on loopback that writes down what arrives, and answers if it is told how. */
export class UdpSink {
  readonly received: Datagram[] = []
  /** What to send back: nothing, or any number of datagrams. */
  answer: (text: string, from: RemoteInfo) => readonly (string | Buffer)[] = () => []
  readonly #socket: Socket = createSocket('udp4')

  async start(): Promise<this> {
    this.#socket.on('message', (bytes, from) => {
      const text = bytes.toString('latin1')
      this.received.push({ atMs: performance.now(), text, from })
      for (const reply of this.answer(text, from)) this.#socket.send(reply, from.port, from.address)
    })
    this.#socket.bind(0, '127.0.0.1')
    await once(this.#socket, 'listening')
    return this
  }

  get port(): number {
    return this.#socket.address().port
  }

  get url(): string {
    return `udp://127.0.0.1:${this.port}`
  }

  /** SIP requests of one method, the keep-alive that looks for a closed port left out. */
  requests(method: string): Datagram[] {
    return this.received.filter(({ text }) => text.startsWith(`${method} `))
  }

  send(bytes: string | Buffer, port: number, address: string): void {
    this.#socket.send(bytes, port, address)
  }

  async stop(): Promise<void> {
    this.#socket.close()
    await once(this.#socket, 'close')
  }
}

/** The value of a header field, compact forms not looked for. */
export const field = (text: string, name: string): string =>
  new RegExp(`^${name}:\\s*(.*?)\\r$`, 'im').exec(text)?.[1] ?? ''

/** The least response to a request that a client accepts. */
export function reply(request: string, status: string, lines = '', body = ''): string {
  const to = field(request, 'To')
  const tag = status.startsWith('100') || to.includes(';tag=') ? '' : ';tag=sink'
  const type = body === '' ? '' : 'Content-Type: application/sdp\r\n'
  return (
    `SIP/2.0 ${status}\r\nVia: ${field(request, 'Via')}\r\nFrom: ${field(request, 'From')}\r\nTo: ${to}${tag}\r\n` +
    `Call-ID: ${field(request, 'Call-ID')}\r\nCSeq: ${field(request, 'CSeq')}\r\n${lines}${type}` +
    `Content-Length: ${body.length}\r\n\r\n${body}`
  )
}

/** A closed port, free a moment ago. */
export async function closedUdpPort(): Promise<number> {
  const sink = await new UdpSink().start()
  const { port } = sink
  await sink.stop()
  return port
}
