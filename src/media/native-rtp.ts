import type { Clock } from '../base/clock.js'
import type { JitterBufferSettings } from '../model/terminal.js'
import { lagSteps, type RtpAddon, type RtpEngine, type RtpMemory } from '../native/rtp-addon.js'
import { systemError } from '../native/system-error.js'
import { NativePackets } from './native-packets.js'
import { NativeReception } from './native-reception.js'
import { NativeSocket } from './native-socket.js'
import type { Reception } from './reception.js'
import type { RtpStream } from './rtp-stream.js'
import { SentPackets, type SentUser } from './sent-packets.js'
import type { StatisticsTable } from './statistics-view.js'
import type { RouteTable, StreamSocket } from './stream-socket.js'

/** Packets on their way from the thread that receives: 20 ms of 2000 streams; more wait in their sockets. */
const ringSlots = 2048
/** Octets of packets that are shown to a tap: 0.4 s of 2000 streams. Memory that is not used costs nothing. */
const sentRingBytes = 8 << 20
/** How often two clocks are read to tell their distance: once they are read in quick succession. */
const clockReadings = 50

/** The native part for one port of streams: its sockets, its memory and its threads. */
export class NativeRtp {
  readonly memory: RtpMemory
  readonly engine: RtpEngine
  readonly #packets = new NativePackets(ringSlots)
  readonly #receptions: (NativeReception | undefined)[] = []
  readonly #sent = new SentPackets(sentRingBytes)
  #onSent: SentUser | undefined

  /** Throws when the system has no descriptors left for it. `table` must not grow. */
  constructor(addon: RtpAddon, clock: Clock, table: StatisticsTable) {
    const { capacity } = table
    this.memory = {
      ...table,
      ring: this.#packets.ring,
      sentRing: this.#sent.ring,
      registers: new Float64Array(16),
      reception: new Float64Array(16),
      marksSent: new Uint32Array(capacity),
      spokenFromMs: new Float64Array(capacity).fill(Number.NaN),
      spokenToMs: new Float64Array(capacity).fill(Number.NaN),
      lag: new Uint32Array(lagSteps + 2),
      failures: new Uint32Array(1),
    }
    const engine = addon.open(originOf(addon, clock), this.memory, () => this.drain())
    if (typeof engine === 'number') throw systemError(engine, 'epoll')
    this.engine = engine
  }

  readonly bind = async (host: string, port: number, recvBufferBytes: number): Promise<StreamSocket | Error> =>
    this.open(host, port, recvBufferBytes)

  /** Bound when it returns. */
  open(host: string, port: number, recvBufferBytes: number): StreamSocket | Error {
    const ipv6 = host.includes(':')
    const number = this.engine.bind(host, port, ipv6, recvBufferBytes)
    if (number < 0) return systemError(number, 'bind')
    const socket = new NativeSocket(this.engine, number, ipv6, (closed) => this.#packets.remove(closed))
    this.#packets.add(socket)
    return socket
  }

  /** Streams share a socket of its own from now on. */
  readonly share = (socket: StreamSocket): RouteTable => (socket as NativeSocket).share()

  /** Counts for the stream of a row from its beginning on. */
  openReception(row: number, clockRate: number, ptimeMs: number, jitterBuffer: JitterBufferSettings): Reception {
    const reception = new NativeReception(this.engine, this.memory, row, clockRate, ptimeMs, jitterBuffer)
    this.#receptions[row] = reception
    return reception
  }

  /** The stream receives by its settings of now. */
  follow(stream: RtpStream): void {
    this.#receptions[stream.handle]?.follow(stream)
  }

  /** The stream ends: what has arrived so far is in its statistics afterwards. */
  release({ handle, pair }: RtpStream): void {
    this.#receptions[handle] = undefined
    if (pair.use !== 'shared') this.engine.countNone((pair.rtp as NativeSocket).number)
    this.drain()
  }

  /**
   * What has been sent so far is with whoever is shown it, and what has arrived with its streams. With streams it has to be
   * called now and then: the engine then tells of no packets that can wait, such as RTCP.
   */
  drain(): void {
    this.drainSent()
    this.#packets.drain()
  }

  drainSent(): void {
    if (this.#onSent) this.#sent.drain(this.#onSent)
  }

  /** Who is shown RTP that the engine sends from now on; undefined: nobody. */
  showSent(user: SentUser | undefined): void {
    this.engine.showSent(user !== undefined)
    this.drainSent()
    this.#onSent = user
  }

  /** Packets that came too fast to be shown. */
  get sentUnseen(): number {
    return this.#sent.missed
  }

  close(): void {
    this.engine.close()
  }
}

/** Monotonic time at which the clock was zero. */
function originOf(addon: RtpAddon, clock: Clock): number {
  let origin = Number.NEGATIVE_INFINITY
  // Whatever comes between the two readings makes it earlier.
  for (let reading = 0; reading < clockReadings; reading++) {
    origin = Math.max(origin, addon.monotonicMs() - clock.nowMs())
  }
  return origin
}
