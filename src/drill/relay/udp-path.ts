import { createSocket, type Socket } from 'node:dgram'
import { after, type Clock } from '../../base/clock.js'
import type { Rng } from '../../base/rng.js'
import type { Address } from '../../model/address.js'
import { exchangeAddress } from './address-exchange.js'
import { Fate, type Impairment } from './impairment.js'

/** Datagrams between agents and one target. Each agent's address has a socket of its own towards the target. */
export class UdpPath {
  readonly local: Address
  readonly #target: Address
  readonly #clock: Clock
  readonly #socket: Socket
  readonly #clients = new Map<string, Socket>()
  readonly #there: Fate
  readonly #back: Fate
  #closed = false

  private constructor(socket: Socket, local: Address, target: Address, clock: Clock, rng: Rng) {
    this.#socket = socket
    this.local = local
    this.#target = target
    this.#clock = clock
    this.#there = new Fate(rng.fork('there'))
    this.#back = new Fate(rng.fork('back'))
    socket.on('message', (bytes, { address, port }) => this.#fromAgent(bytes, { host: address, port }))
  }

  static async open(host: string, target: Address, clock: Clock, rng: Rng): Promise<UdpPath> {
    const socket = await bound(host)
    return new UdpPath(socket, { host, port: socket.address().port }, target, clock, rng)
  }

  impair(impairment: Impairment): void {
    const nowMs = this.#clock.nowMs()
    this.#there.impair(impairment, nowMs)
    this.#back.impair(impairment, nowMs)
  }

  #fromAgent(bytes: Buffer, agent: Address): void {
    const key = `${agent.host} ${agent.port}`
    const known = this.#clients.get(key)
    const upstream = known ?? this.#newClient(key, agent)
    const passed = exchangeAddress(bytes, this.local, this.#target)
    this.#pass(this.#there, passed, upstream, this.#target)
  }

  #newClient(key: string, agent: Address): Socket {
    const upstream = createSocket(agent.host.includes(':') ? 'udp6' : 'udp4')
    this.#clients.set(key, upstream)
    // Of single packets, such as a port that is closed: lost, as UDP may.
    upstream.on('error', () => {})
    upstream.on('message', (bytes) => {
      this.#pass(this.#back, exchangeAddress(bytes, this.#target, this.local), this.#socket, agent)
    })
    upstream.bind(0, this.local.host)
    return upstream
  }

  #pass(fate: Fate, bytes: Buffer, over: Socket, to: Address): void {
    for (const delayMs of fate.datagram(this.#clock.nowMs())) {
      if (delayMs <= 0) over.send(bytes, to.port, to.host)
      else after(this.#clock, delayMs, () => this.#sendLater(bytes, over, to))
    }
  }

  #sendLater(bytes: Buffer, over: Socket, to: Address): void {
    if (!this.#closed) over.send(bytes, to.port, to.host)
  }

  close(): void {
    this.#closed = true
    this.#socket.close()
    for (const socket of this.#clients.values()) socket.close()
  }
}

function bound(host: string): Promise<Socket> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(0, host, () => {
      socket.off('error', reject)
      socket.on('error', () => {})
      resolve(socket)
    })
  })
}
