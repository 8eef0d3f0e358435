import type { SrtpFailure } from './srtp/srtp-failure.js'

/** What went wrong at a port of streams, all streams together. */
export class PortTally {
  readonly malformed: Record<string, number> = {}
  readonly srtpFailures: Record<string, number> = {}
  strayPackets = 0
  sendFailures = 0

  countMalformed(kind: string): void {
    this.malformed[kind] = (this.malformed[kind] ?? 0) + 1
  }

  countSrtpFailure(kind: SrtpFailure | 'no-keys'): void {
    this.srtpFailures[kind] = (this.srtpFailures[kind] ?? 0) + 1
  }
}
