import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Address } from '../../src/model/address.js'
import { writeResponse } from '../../src/sip/message/response.js'
import { SipMessage } from '../../src/sip/message/sip-message.js'

/** A registrar on loopback whose connections the test can break. */
export interface RegistrarServer {
  readonly address: Address
  readonly registers: SipMessage[]
  /** Keep-alives that came. */
  pings: number
  /** Status of further REGISTERs; 0 leaves them without an answer. */
  status: number
  answersPings: boolean
  /** Connections that are open now. */
  readonly open: number
  /** Resets every connection. */
  reset(): void
  stop(): Promise<void>
}

abstract class Registrar {
  readonly registers: SipMessage[] = []
  pings = 0
  status = 200
  answersPings = true

  protected answer(text: string): string {
    const request = SipMessage.parse(Buffer.from(text, 'latin1'))
    this.registers.push(request)
    const contact = request.get('Contact')?.replace(/;expires=\d+/, '') ?? ''
    const lines = `Contact: ${contact};expires=600\r\nRequire: outbound\r\nFlow-Timer: 10\r\n`
    if (this.status === 0) return ''
    return writeResponse(request, this.status, '', { toTag: 'registrar', lines: this.status === 200 ? lines : '' })
  }
}

class TcpRegistrar extends Registrar implements RegistrarServer {
  readonly #sockets = new Set<Socket>()
  readonly #server = createServer((socket) => this.#serve(socket))

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return this
  }

  get address(): Address {
    return { host: '127.0.0.1', port: (this.#server.address() as AddressInfo).port }
  }

  get open(): number {
    return this.#sockets.size
  }

  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  async stop(): Promise<void> {
    this.reset()
    if (!this.#server.listening) return
    this.#server.close()
    await once(this.#server, 'close')
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const head = text.slice(0, end + 4)
        text = text.slice(end + 4)
        if (head !== '\r\n\r\n') socket.write(this.answer(head))
        else {
          this.pings++
          if (this.answersPings) socket.write('\r\n')
        }
      }
    })
  }
}

class WsRegistrar extends Registrar implements RegistrarServer {
  readonly #http = createHttpServer()
  readonly #server = new WebSocketServer({ server: this.#http, handleProtocols: () => 'sip' })

  async start(): Promise<this> {
    this.#server.on('connection', (socket: WebSocket) => {
      socket.on('message', (data: Buffer) => {
        const text = data.toString('latin1')
        if (text !== '\r\n\r\n') this.#send(socket, this.answer(text))
        else {
          this.pings++
          if (this.answersPings) socket.send('\r\n')
        }
      })
    })
    this.#http.listen(0, '127.0.0.1')
    await once(this.#http, 'listening')
    return this
  }

  get address(): Address {
    return { host: '127.0.0.1', port: (this.#http.address() as AddressInfo).port }
  }

  get open(): number {
    return this.#server.clients.size
  }

  reset(): void {
    for (const socket of this.#server.clients) socket.terminate()
  }

  #send(socket: WebSocket, text: string): void {
    if (text !== '') socket.send(text)
  }

  async stop(): Promise<void> {
    this.reset()
    if (!this.#http.listening) return
    this.#server.close()
    this.#http.close()
    await once(this.#http, 'close')
  }
}

export const startRegistrar = (transport: 'tcp' | 'ws'): Promise<RegistrarServer> =>
  transport === 'tcp' ? new TcpRegistrar().start() : new WsRegistrar().start()
