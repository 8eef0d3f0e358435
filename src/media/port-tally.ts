import type { Unmatched } from './shared/far-sides.js'
import type { SrtpFailure } from './srtp/srtp-failure.js'

/** What went wrong at a port of streams, all streams together. */
export class PortTally {
  readonly malformed: Record<string, number> = {}
  readonly srtpFailures: Record<string, number> = {}
  strayPackets = 0
  /** Packets to shared ports that belong to no stream, or to none of several that could be told. */
  readonly unmatched: Record<Unmatched, number> = { 'unknown-source': 0, 'ambiguous-source': 0 }
  /** Streams on shared ports that were found to be sent to from elsewhere than said, or as a source that was not named. */
  sourcesLearned = 0
  sendFailures = 0

  get counters() {
    const { malformed, srtpFailures, strayPackets, unmatched, sourcesLearned } = this
    return { malformed, srtpFailures, strayPackets, unmatched, sourcesLearned }
  }

  countUnmatched(why: Unmatched): void {
    this.unmatched[why]++
  }

  countMalformed(kind: string): void {
    this.malformed[kind] = (this.malformed[kind] ?? 0) + 1
  }

  countSrtpFailure(kind: SrtpFailure | 'no-keys'): void {
    this.srtpFailures[kind] = (this.srtpFailures[kind] ?? 0) + 1
  }
}
