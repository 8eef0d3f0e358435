import { Counts, type StoredCounts } from './counts.js'
import { type LiveSnapshot, liveSetup } from './live-view.js'

/** What the screen shows of one part of a run; set-up times as they were counted, so that they add up. */
export interface LivePart {
  readonly live: Omit<LiveSnapshot, 'setup'>
  readonly setup: StoredCounts
}

/** Adds what is seen of the parts of a run up to the whole. */
export function mergeLive(parts: readonly LivePart[]): LiveSnapshot {
  const setup = new Counts()
  const causes = new Map<string, number>()
  for (const part of parts) {
    setup.restore(part.setup.values, part.setup.counts, part.setup)
    for (const { cause, count } of part.live.failures) causes.set(cause, (causes.get(cause) ?? 0) + count)
  }
  const sum = (read: (live: LivePart['live']) => number): number =>
    parts.reduce((total, { live }) => total + read(live), 0)
  const elapsed = parts.flatMap(({ live }) => live.elapsedMs ?? [])
  return {
    elapsedMs: elapsed.length === 0 ? undefined : Math.max(0, ...elapsed),
    attempted: sum((live) => live.attempted),
    established: sum((live) => live.established),
    concurrent: sum((live) => live.concurrent),
    completed: sum((live) => live.completed),
    failed: sum((live) => live.failed),
    registered: sum((live) => live.registered),
    registrationsFailed: sum((live) => live.registrationsFailed),
    setup: liveSetup(setup),
    failures: [...causes].map(([cause, count]) => ({ cause, count })).sort((a, b) => b.count - a.count),
    packetsSent: sum((live) => live.packetsSent),
    packetsReceived: sum((live) => live.packetsReceived),
    packetsLost: sum((live) => live.packetsLost),
  }
}
