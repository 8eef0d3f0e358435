import type { RemoteInfo } from 'node:dgram'
import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../base/clock.js'
import type { FormerSource, PortUse, StreamPlace } from './stream-place.js'
import type { OpenFailure } from './stream-port.js'
import type { BindSocket, StreamSocket } from './stream-socket.js'

/** A pair rests so long after use, so that packets still under way meet nobody. */
const quarantineMs = 1000
/** Asked for a socket that streams share, and given as far as the system allows (net.core.rmem_max). */
const sharedBufferBytes = 32 << 20

export interface PortRange {
  /** First and last port used for RTP; RTP takes even ports, RTCP the next (RFC 3550 11). */
  readonly firstPort: number
  readonly lastPort: number
}

export interface PacketReceiver {
  /** `atMs`: when it arrived, where the socket knows better than the clock of now. */
  /** `countedRow`: the row whose statistics have it already: it comes for those who listen. */
  onRtpPacket(bytes: Uint8Array, from: RemoteInfo, atMs?: number, countedRow?: number): void
  onRtcpPacket(bytes: Uint8Array, from: RemoteInfo, atMs?: number): void
  onSendFailure(): void
}

/** An RTP and an RTCP socket on neighbouring ports, or one socket for both (RFC 5761). */
export class PortPair implements StreamPlace {
  readonly host: string
  readonly port: number
  readonly use: PortUse
  readonly rtp: StreamSocket
  readonly rtcp: StreamSocket
  readonly onSent: (error: Error | null) => void
  /** Undefined while the pair is free. */
  receiver: PacketReceiver | undefined
  freeFromMs = 0
  formerSource: FormerSource | undefined

  constructor(host: string, port: number, use: PortUse, [rtp, rtcp]: SocketPair, onStray: () => void) {
    this.host = host
    this.port = port
    this.use = use
    this.rtp = rtp
    this.rtcp = rtcp
    this.onSent = (error) => {
      if (error) this.receiver?.onSendFailure()
    }
    rtp.on('message', (bytes, from, atMs, countedRow) => {
      if (this.receiver) this.receiver.onRtpPacket(bytes, from, atMs, countedRow)
      else onStray()
    })
    rtp.on('error', () => this.receiver?.onSendFailure())
    if (rtcp === rtp) return
    rtcp.on('message', (bytes, from, atMs) => {
      if (this.receiver) this.receiver.onRtcpPacket(bytes, from, atMs)
      else onStray()
    })
    rtcp.on('error', () => this.receiver?.onSendFailure())
  }

  async close(): Promise<void> {
    await Promise.all([...new Set([this.rtp, this.rtcp])].map(closeSocket))
  }
}

type SocketPair = readonly [rtp: StreamSocket, rtcp: StreamSocket]

const closeSocket = (socket: StreamSocket): Promise<void> => new Promise((resolve) => socket.close(() => resolve()))

/** Local ports of a range: bound when first needed or ahead of it, and used again after a rest. */
export class PortPairs {
  readonly #bind: BindSocket
  readonly #range: PortRange
  readonly #recvBufferBytes: number
  readonly #clock: Clock
  readonly #onStray: () => void
  /** Free pairs by local host, longest rested first. */
  readonly #free = new Map<string, PortPair[]>()
  readonly #all = new Set<PortPair>()
  readonly #nextPort = new Map<string, number>()
  #turn: Promise<void> = Promise.resolve()
  #closed = false

  constructor(bind: BindSocket, range: PortRange, recvBufferBytes: number, clock: Clock, onStray: () => void) {
    this.#bind = bind
    this.#range = range
    this.#recvBufferBytes = recvBufferBytes
    this.#clock = clock
    this.#onStray = onStray
  }

  /** Makes sure that `count` pairs are free; returns how many are. */
  async prepare(host: string, count: number, use: PortUse = 'own'): Promise<number> {
    const free = this.#freeOf(host, use)
    const missing = Math.max(0, count - free.length)
    const bound = await Promise.all(Array.from({ length: missing }, () => this.#bindInTurn(host, use)))
    // In front of those that still rest.
    free.unshift(...bound.filter((pair) => pair instanceof PortPair))
    return free.length
  }

  async take(host: string, use: PortUse = 'own'): Promise<PortPair | OpenFailure> {
    const free = this.#freeOf(host, use)
    if (free[0] && free[0].freeFromMs <= this.#clock.nowMs()) return free.shift() ?? this.#bindInTurn(host, use)
    const bound = await this.#bindInTurn(host, use)
    if (bound instanceof PortPair) return bound
    // The range is used up: wait for the pair that has rested longest.
    const next = free.shift()
    if (!next) return bound
    await delay(Math.max(0, next.freeFromMs - this.#clock.nowMs()))
    return next
  }

  give(pair: StreamPlace): void {
    if (!(pair instanceof PortPair)) throw new Error('the place is none of these pairs')
    pair.receiver = undefined
    pair.freeFromMs = this.#clock.nowMs() + quarantineMs
    this.#freeOf(pair.host, pair.use).push(pair)
  }

  async close(): Promise<void> {
    this.#closed = true
    const pairs = [...this.#all]
    this.#all.clear()
    this.#free.clear()
    await Promise.all(pairs.map((pair) => pair.close()))
  }

  #freeOf(host: string, use: PortUse): PortPair[] {
    const key = `${host} ${use}`
    let free = this.#free.get(key)
    if (!free) {
      free = []
      this.#free.set(key, free)
    }
    return free
  }

  /** Opening sockets takes its time: one pair in each turn of the event loop, so that pacing runs on in between. */
  async #bindInTurn(host: string, use: PortUse): Promise<PortPair | OpenFailure> {
    const before = this.#turn
    let pass = () => {}
    this.#turn = new Promise((resolve) => {
      pass = resolve
    })
    await before
    try {
      return await this.#bindNext(host, use)
    } finally {
      setImmediate(pass)
    }
  }

  /** Binds the next pair of the range, passing over ports that others hold. */
  async #bindNext(host: string, use: PortUse): Promise<PortPair | OpenFailure> {
    let reason = 'no port is left'
    for (let port = this.#claimPort(host); port !== undefined; port = this.#claimPort(host)) {
      const pair = await this.#bindPair(host, port, use)
      if (pair instanceof PortPair) return pair
      reason = pair.message
      if (!('code' in pair) || (pair.code !== 'EADDRINUSE' && pair.code !== 'EACCES')) break
    }
    const { firstPort, lastPort } = this.#range
    return { kind: 'open-failure', text: `no RTP port on ${host} in ${firstPort}-${lastPort}: ${reason}` }
  }

  #claimPort(host: string): number | undefined {
    const first = this.#range.firstPort + (this.#range.firstPort & 1)
    const port = this.#nextPort.get(host) ?? first
    if (port + 1 > this.#range.lastPort) return undefined
    this.#nextPort.set(host, port + 2)
    return port
  }

  async #bindPair(host: string, port: number, use: PortUse): Promise<PortPair | Error> {
    const bufferBytes = use === 'shared' ? Math.max(sharedBufferBytes, this.#recvBufferBytes) : this.#recvBufferBytes
    const rtp = await this.#bind(host, port, bufferBytes)
    if (rtp instanceof Error) return rtp
    const rtcp = use === 'muxed' ? rtp : await this.#bind(host, port + 1, bufferBytes)
    if (rtcp instanceof Error) {
      await closeSocket(rtp)
      return rtcp
    }
    const pair = new PortPair(host, port, use, [rtp, rtcp], this.#onStray)
    if (this.#closed) {
      await pair.close()
      return new Error('the port is closed')
    }
    this.#all.add(pair)
    return pair
  }
}
