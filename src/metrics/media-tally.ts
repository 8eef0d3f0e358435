import type { StreamReport } from '../model/record.js'
import { type ModelCounts, ModelTally } from './model-tally.js'
import type { MediaCounts } from './snapshot.js'

/** The streams of all judged calls: what they carried, and what their scores were made of. */
export class MediaTally {
  readonly #counts = { streams: 0, packetsSent: 0, packetsReceived: 0, packetsLost: 0 }
  readonly #models = new ModelTally()

  add(stream: StreamReport): void {
    this.#counts.streams++
    this.#counts.packetsSent += stream.packetsSent
    this.#counts.packetsReceived += stream.packetsReceived
    this.#counts.packetsLost += stream.packetsLost
    this.#models.add(stream)
  }

  counts(): MediaCounts {
    return { ...this.#counts }
  }

  models(): ModelCounts[] {
    return this.#models.counts()
  }
}
