import { after, type Clock } from '../base/clock.js'
import type { Address } from '../model/address.js'
import type { KeyPair } from '../transport/certificates.js'
import { createServerCertificate } from '../transport/certificates.js'
import { localAddressFor } from '../transport/local-address.js'
import { openRawListener, type RawListener } from '../transport/raw-listener.js'
import type { RawSocket, RawSocketEvents } from '../transport/raw-socket.js'
import { isTransportFailure } from '../transport/transport.js'
import type { ProbeTarget } from './target.js'
import { closeStatus, goingAway, opcode, serverFrame, WebSocketReader } from './websocket.js'
import type { Network, Reception, Wire, WireEvents } from './wire.js'

/** A connection of the client; what it sends is held until somebody looks at it. */
class Visitor implements RawSocketEvents {
  readonly #held: Buffer[] = []
  #events: RawSocketEvents | undefined
  gone: string | undefined
  socket: RawSocket | undefined

  onBytes(bytes: Buffer): void {
    if (this.#events === undefined) this.#held.push(bytes)
    else this.#events.onBytes(bytes)
  }

  onEvent(text: string): void {
    this.gone = text
    this.#events?.onEvent(text)
  }

  lookedAtBy(events: RawSocketEvents): void {
    this.#events = events
    for (const bytes of this.#held) events.onBytes(bytes)
    if (this.gone !== undefined) events.onEvent(this.gone)
  }
}

export interface ListeningOptions {
  readonly target: ProbeTarget
  readonly port: number
  /** What a client of WSS is shown. */
  readonly certificate: KeyPair | undefined
  readonly clock: Clock
}

/** How long a client has for its close frame. */
const closeMs = 200

/** A server of WebSockets that one client comes to, the target of the probes. */
export class ListeningNetwork implements Network {
  readonly #options: ListeningOptions
  readonly #visitors: Visitor[] = []
  readonly #stranger: KeyPair | undefined
  #listener: RawListener | undefined
  #knocked: (refusal?: string) => void = () => undefined

  private constructor(options: ListeningOptions, stranger: KeyPair | undefined) {
    this.#options = options
    this.#stranger = stranger
  }

  /** The failure in words when the port cannot be had. */
  static async listen(options: ListeningOptions): Promise<ListeningNetwork | string> {
    const { target, port, certificate } = options
    const host = await localAddressFor(target.address)
    const stranger = certificate && (await createServerCertificate([host]))
    const network = new ListeningNetwork(options, stranger)
    const listener = await openRawListener({ host, port }, certificate, {
      isWelcome: (remote) => remote.host === target.address.host,
      onConnection: (open) => network.#come(open),
      onRefused: (text) => network.#knocked(`the client refuses our certificate: ${text}`),
    })
    if (isTransportFailure(listener)) return listener.text
    network.#listener = listener
    return network
  }

  get local(): Address {
    return this.#listener?.local ?? { host: '', port: 0 }
  }

  async open(): Promise<string> {
    return 'the target comes to us, and is not called'
  }

  close(): void {
    this.#listener?.close()
  }

  async admit(events: WireEvents, reception: Reception & Required<Pick<Reception, 'answer'>>): Promise<Wire | string> {
    const { certificate } = this.#options
    const stranger = reception.untrusted === true ? this.#stranger : undefined
    if (stranger !== undefined) {
      this.#listener?.present(stranger)
      for (const visitor of this.#visitors.splice(0)) visitor.socket?.close()
    }
    const found = await this.#next(reception.withinMs)
    if (stranger !== undefined && certificate !== undefined) this.#listener?.present(certificate)
    return typeof found === 'string' ? found : this.#shakeHands(found, events, reception)
  }

  #come(open: (events: RawSocketEvents) => RawSocket): void {
    const visitor = new Visitor()
    visitor.socket = open(visitor)
    this.#visitors.push(visitor)
    this.#knocked()
  }

  /** The first that waits and is still there, or the next that comes. */
  #next(withinMs: number): Promise<Visitor | string> {
    return new Promise((resolve) => {
      const seconds = withinMs / 1000
      const timer = after(this.#options.clock, withinMs, () => end(`nobody connects within ${seconds} s`))
      const end = (found: Visitor | string): void => {
        this.#knocked = () => undefined
        this.#options.clock.disarm(timer)
        resolve(found)
      }
      this.#knocked = (refusal) => {
        if (refusal !== undefined) return end(refusal)
        const visitor = this.#visitors.splice(0).find(({ gone }) => gone === undefined)
        if (visitor !== undefined) end(visitor)
      }
      this.#knocked()
    })
  }

  #shakeHands(
    visitor: Visitor,
    events: WireEvents,
    { answer, behind }: Reception & Required<Pick<Reception, 'answer'>>,
  ): Promise<Wire | string> {
    const { transport } = this.#options.target
    const { socket } = visitor
    if (socket === undefined) return Promise.resolve('the connection is gone')
    const wire: Wire = {
      transport,
      local: this.local,
      isServer: true,
      send: (bytes, sent) => socket.send(serverFrame(sent?.binary === true ? opcode.binary : opcode.text, bytes)),
      frame: (first, payload) => socket.send(serverFrame(first & 0x7f, payload, (first & 0x80) !== 0)),
      close: () => {
        socket.send(serverFrame(opcode.close, goingAway))
        after(this.#options.clock, closeMs, () => socket.close())
      },
      lose: () => socket.reset?.(),
    }
    return new Promise((resolve) => {
      const reader = new WebSocketReader(
        (head) => {
          events.onAnswer?.(head)
          const said = answer(head)
          socket.send(Buffer.concat([Buffer.from(said, 'latin1'), behind ?? Buffer.alloc(0)]))
          resolve(wire)
          return said.startsWith('HTTP/1.1 101')
        },
        (payload, code) => {
          if (code === opcode.ping) socket.send(serverFrame(opcode.pong, payload))
          else if (code === opcode.pong) events.onEvent(`pong ${payload.toString('latin1')}`)
          else if (code === opcode.close) events.onEvent(`closed by a close frame ${closeStatus(payload)}`)
          else events.onBytes(payload)
        },
      )
      visitor.lookedAtBy({
        onBytes: (bytes) => reader.push(bytes),
        onEvent: (text) => {
          events.onEvent(text)
          resolve('the client leaves before its handshake')
        },
      })
    })
  }
}
