import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Clock } from '../../base/clock.js'
import type { Rng } from '../../base/rng.js'
import type { Address } from '../../model/address.js'
import { HeldBytes } from './held-bytes.js'
import { Fate, type Impairment } from './impairment.js'

interface Pair {
  readonly agent: Socket
  readonly gateway: Socket
  readonly there: HeldBytes
  readonly back: HeldBytes
}

/** Connections between agents and one target, whatever is spoken on them: TCP, TLS, WS, WSS. */
export class TcpPath {
  readonly local: Address
  readonly #target: Address
  readonly #clock: Clock
  readonly #server: Server
  readonly #pairs = new Set<Pair>()
  /** Connected to by agents while nothing passes: the target hears of them when it does. */
  readonly #waiting = new Set<Socket>()
  readonly #there: Fate
  readonly #back: Fate

  private constructor(server: Server, local: Address, target: Address, clock: Clock, rng: Rng) {
    this.#server = server
    this.local = local
    this.#target = target
    this.#clock = clock
    this.#there = new Fate(rng.fork('there'))
    this.#back = new Fate(rng.fork('back'))
    server.on('connection', (socket) => this.#accept(socket))
  }

  static open(host: string, target: Address, clock: Clock, rng: Rng): Promise<TcpPath> {
    const server = createServer({ allowHalfOpen: true, noDelay: true })
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port: 0, backlog: 4096 }, () => {
        server.off('error', reject)
        const bound = server.address()
        const port = bound !== null && typeof bound === 'object' ? bound.port : 0
        resolve(new TcpPath(server, { host, port }, target, clock, rng))
      })
    })
  }

  impair(impairment: Impairment): void {
    const nowMs = this.#clock.nowMs()
    this.#there.impair(impairment, nowMs)
    this.#back.impair(impairment, nowMs)
    if (impairment.blackhole) return
    for (const { there, back } of this.#pairs) {
      there.release()
      back.release()
    }
    for (const agent of this.#waiting) this.#pair(agent)
    this.#waiting.clear()
  }

  #accept(agent: Socket): void {
    agent.on('error', () => {})
    if (!this.#there.blackhole) {
      this.#pair(agent)
      return
    }
    this.#waiting.add(agent)
    agent.once('close', () => this.#waiting.delete(agent))
  }

  #pair(agent: Socket): void {
    const gateway = connect({ ...this.#target, allowHalfOpen: true, noDelay: true })
    const there = new HeldBytes(this.#clock, this.#there, gateway)
    const back = new HeldBytes(this.#clock, this.#back, agent)
    const pair = { agent, gateway, there, back }
    this.#pairs.add(pair)
    // What ends one side hard, ends the other so; unless nothing passes, when nobody would hear of it.
    gateway.on('error', () => this.#reset(pair))
    agent.on('error', () => this.#reset(pair))
    agent.on('data', (bytes) => there.push(bytes))
    agent.on('end', () => there.push('end'))
    gateway.on('data', (bytes) => back.push(bytes))
    gateway.on('end', () => back.push('end'))
    const forget = (): void => {
      if (agent.destroyed && gateway.destroyed) this.#forget(pair)
    }
    agent.on('close', forget)
    gateway.on('close', forget)
  }

  #reset(pair: Pair): void {
    if (this.#there.blackhole) return
    pair.agent.resetAndDestroy()
    pair.gateway.resetAndDestroy()
    this.#forget(pair)
  }

  #forget(pair: Pair): void {
    pair.there.close()
    pair.back.close()
    this.#pairs.delete(pair)
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#waiting) socket.destroy()
    for (const { agent, gateway, there, back } of this.#pairs) {
      there.close()
      back.close()
      agent.destroy()
      gateway.destroy()
    }
  }
}
