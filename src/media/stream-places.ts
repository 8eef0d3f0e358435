import { PortPairs } from './port-pairs.js'
import type { RtpPortOptions, RtpPortParts } from './rtp-port-parts.js'
import type { RtpStream } from './rtp-stream.js'
import { SharedPlace } from './shared/shared-place.js'
import type { SharedPortHost } from './shared/shared-port.js'
import { SharedPorts } from './shared/shared-ports.js'
import type { PortUse, StreamPlace } from './stream-place.js'
import type { OpenFailure } from './stream-port.js'

/** Where the streams of a port send from and receive: places of their own, and places on ports that they share. */
export class StreamPlaces {
  readonly #pairs: PortPairs
  readonly #shared: SharedPorts
  /** Sources that streams on shared ports send as: no two of them the same, or their far sides could not tell. */
  readonly #ownSsrcs = new Set<number>()

  constructor(options: RtpPortOptions, { bind, native }: RtpPortParts, host: SharedPortHost) {
    const range = options.ports ?? { firstPort: 16_384, lastPort: 32_767 }
    this.#pairs = new PortPairs(bind, range, options.recvBufferBytes ?? 262_144, options.clock, () => {
      host.tally.strayPackets++
    })
    this.#shared = new SharedPorts(this.#pairs, host, native?.share)
  }

  prepare(localHost: string, count: number, use: PortUse): Promise<number> {
    return use === 'shared' ? this.#shared.prepare(localHost) : this.#pairs.prepare(localHost, count, use)
  }

  async take(localHost: string, use: PortUse): Promise<StreamPlace | OpenFailure> {
    return use === 'shared' ? this.#shared.take(localHost) : this.#pairs.take(localHost, use)
  }

  /** The SSRC that a stream may have; `draw` gives others. */
  claimSsrc(wanted: number, draw: () => number): number {
    let ssrc = wanted
    while (this.#ownSsrcs.has(ssrc)) ssrc = draw()
    this.#ownSsrcs.add(ssrc)
    return ssrc
  }

  /** Before anything is counted by the settings of now. */
  recall(stream: RtpStream): void {
    if (stream.pair instanceof SharedPlace) stream.pair.shared.recall(stream.pair, stream)
  }

  /** What arrives is told apart by the settings of now. */
  follow(stream: RtpStream): void {
    if (stream.pair instanceof SharedPlace) stream.pair.shared.follow(stream.pair, stream)
  }

  stopCounting({ pair }: RtpStream): void {
    if (pair instanceof SharedPlace) pair.shared.stopCounting(pair)
  }

  give({ pair, settings }: RtpStream): void {
    if (pair instanceof SharedPlace) {
      pair.shared.leave(pair)
      this.#ownSsrcs.delete(settings.ssrc)
    } else this.#pairs.give(pair)
  }

  get sharedPorts(): number {
    return this.#shared.count
  }

  settle(): void {
    this.#shared.settle()
  }

  close(): Promise<void> {
    return this.#pairs.close()
  }
}
