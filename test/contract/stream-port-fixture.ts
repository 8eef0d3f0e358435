import { createSocket, type Socket } from 'node:dgram'
import { afterEach, beforeEach } from 'vitest'
import type { Clock } from '../../src/base/clock.js'
import { WheelClock } from '../../src/base/wheel-clock.js'
import type { OpenedStream, StreamPort, StreamSpec } from '../../src/media/stream-port.js'
import type { Address } from '../../src/model/address.js'
import { freePortRange } from '../peers/free-port.js'

export interface StreamPortOptions {
  readonly clock: Clock
  readonly ports: { readonly firstPort: number; readonly lastPort: number }
  readonly rtcpIntervalMs: number
}

export const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits until `done` holds; fails after five seconds. */
export async function until(done: () => boolean, what: string): Promise<void> {
  for (let left = 1000; left > 0; left--) {
    if (done()) return
    await sleep(5)
  }
  throw new Error(`waited in vain: ${what}`)
}

/** A far side that is nothing but a socket. */
export class Peer {
  readonly socket: Socket
  readonly packets: Buffer[] = []
  constructor(host: string) {
    this.socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
    this.socket.on('message', (bytes) => this.packets.push(bytes))
  }
  static async bind(host = '127.0.0.1'): Promise<Peer> {
    const peer = new Peer(host)
    await new Promise<void>((resolve) => peer.socket.bind(0, host, resolve))
    return peer
  }
  get address(): Address {
    const { address, port } = this.socket.address()
    return { host: address, port }
  }
  send(bytes: Uint8Array, to: Address): void {
    this.socket.send(bytes, to.port, to.host)
  }
  close(): Promise<void> {
    return new Promise((resolve) => this.socket.close(() => resolve()))
  }
}

/** The BYE of one source (RFC 3550 6.6). */
export function bye(ssrc: number): Buffer {
  const bytes = Buffer.of(0x81, 203, 0, 1, 0, 0, 0, 0)
  bytes.writeUInt32BE(ssrc, 4)
  return bytes
}

/** A port of streams for each test, with so many local ports, and the far sides that the test opens. */
export class StreamPortFixture<Port extends StreamPort = StreamPort> {
  readonly clock = new WheelClock()
  port!: Port
  firstPort = 0
  readonly #create: (options: StreamPortOptions) => Port
  #peers: Peer[] = []
  #nextSsrc = 1

  constructor(create: (options: StreamPortOptions) => Port, portCount = 120, rtcpIntervalMs = 0) {
    this.#create = create
    beforeEach(() => this.makePort(portCount, rtcpIntervalMs))
    afterEach(async () => {
      await this.port.close()
      await Promise.all(this.#peers.splice(0).map((made) => made.close()))
    })
  }

  /** Another port than the one made before the test. */
  readonly makePort = async (portCount: number, rtcpIntervalMs = 0): Promise<void> => {
    await (this.port as Port | undefined)?.close()
    this.firstPort = await freePortRange(portCount)
    const ports = { firstPort: this.firstPort, lastPort: this.firstPort + portCount - 1 }
    this.port = this.#create({ clock: this.clock, ports, rtcpIntervalMs })
  }

  readonly spec = (change: Partial<StreamSpec> = {}): StreamSpec => ({
    localHost: '127.0.0.1',
    direction: 'caller',
    codec: 'PCMU',
    payloadType: 0,
    ptimeMs: 20,
    source: { kind: 'speech' },
    ssrc: this.#nextSsrc++,
    cname: 'test@127.0.0.1',
    sending: true,
    startMs: 0,
    ...change,
  })

  readonly open = async (change: Partial<StreamSpec> = {}): Promise<OpenedStream> => {
    const result = await this.port.open(this.spec(change))
    if (result.kind !== 'opened') throw new Error(result.text)
    return result
  }

  /** Two streams that know each other. */
  readonly openPair = async (a: Partial<StreamSpec> = {}, b: Partial<StreamSpec> = {}) => {
    const [first, second] = [await this.open(a), await this.open(b)]
    this.port.update(first.handle, { remote: second.local })
    this.port.update(second.handle, { remote: first.local })
    return [first, second] as const
  }

  readonly peer = async (host?: string): Promise<Peer> => {
    const made = await Peer.bind(host)
    this.#peers.push(made)
    return made
  }

  readonly received = (handle: number): number => this.port.statistics.packetsReceived[handle] ?? 0
}
