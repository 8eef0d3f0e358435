import type { Unmatched } from '../../media/shared/far-sides.js'
import type { PortCounters } from '../../media/stream-port.js'
import type { Recorder } from '../../metrics/recorder.js'

const meanings: Readonly<Record<Unmatched, string>> = {
  'unknown-source':
    'packets to a shared port from an address that no description names, and of an SSRC that none names: they count for no call',
  'ambiguous-source':
    'packets to a shared port from the far side of several calls, of an SSRC that none of their descriptions names: they ' +
    'count for no call; let the far side name its sources (a=ssrc), or give each call its own (media ports: own)',
}

/** Packets to shared ports that are nobody's, as a metric and as a finding for people. */
export class UnmatchedPackets {
  readonly #recorder: Recorder
  readonly #before: Record<Unmatched, number> = { 'unknown-source': 0, 'ambiguous-source': 0 }

  constructor(recorder: Recorder) {
    this.#recorder = recorder
  }

  /** From time to time. Where ports are shared, the metric is there although nothing was unmatched. */
  look({ sharedPorts, unmatched }: PortCounters, nowMs: number): void {
    if (sharedPorts === 0) return
    this.#add('unknown-source', unmatched['unknown-source'], nowMs)
    this.#add('ambiguous-source', unmatched['ambiguous-source'], nowMs)
  }

  #add(why: Unmatched, now: number, nowMs: number): void {
    const before = this.#before[why]
    const count = now - before
    this.#before[why] = now
    this.#recorder.count('media.unmatched_packets', {}, count, nowMs)
    if (count === 0) return
    const examples = before === 0 ? [meanings[why]] : []
    const finding = { rule: 'media/unmatched-source', severity: 'warning', verdict: 'warning' } as const
    this.#recorder.findings.add({ ...finding, element: why, count, examples })
  }
}
