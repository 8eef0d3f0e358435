import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { readyHistograms } from '../../src/metrics/histogram.js'
import { mergeSnapshots } from '../../src/metrics/merge-snapshots.js'
import { Recorder } from '../../src/metrics/recorder.js'
import type { Snapshot } from '../../src/metrics/snapshot.js'
import type { CallRecord } from '../../src/model/record.js'
import { callRecord, legRecord, rejectedCall, streamReport } from './records.js'

beforeAll(readyHistograms)

const call: fc.Arbitrary<CallRecord> = fc
  .record({
    intendedMs: fc.integer({ min: 0, max: 20_000 }),
    setupMs: fc.double({ min: 0, max: 5000, noNaN: true }),
    caller: fc.constantFrom('browser', 'phone'),
    target: fc.constantFrom('a', 'b', undefined),
    status: fc.constantFrom(200, 200, 302, 486, 503),
    lost: fc.integer({ min: 0, max: 10 }),
  })
  .map(({ intendedMs, setupMs, caller, target, status, lost }) =>
    status === 200
      ? callRecord({
          intendedMs,
          caller,
          target,
          answeredMs: intendedMs + setupMs,
          legs: [legRecord([streamReport({ packetsLost: lost })])],
        })
      : rejectedCall(status, { intendedMs, caller, target }),
  )

const calls = fc.array(call, { maxLength: 40 })

function record(records: readonly CallRecord[]): Snapshot {
  const recorder = new Recorder({ warmupMs: 3000, maxSlices: 1000 })
  recorder.startLoad(0)
  for (const each of records) {
    recorder.attempt(each.intendedMs)
    recorder.call(each)
    recorder.ended(each.intendedMs)
  }
  recorder.count('sip.retransmissions', { method: 'INVITE' }, records.length)
  const snapshot = recorder.snapshot()
  recorder.destroy()
  return snapshot
}

/** The order of lists and keys carries no meaning. */
const sorted = (snapshot: Snapshot): Snapshot => mergeSnapshots([snapshot])

/** Each part has its own view of when a target was down. */
const callsOf = ({ targets }: Snapshot) =>
  Object.fromEntries(Object.entries(targets).map(([name, { calls: sent, failures }]) => [name, [sent, failures]]))

describe('merging snapshots', () => {
  it('has a target down from the first that found it so until the last that found it up', () => {
    const down = (ms: number) => rejectedCall(503, { intendedMs: ms, finalMs: ms })
    const up = (ms: number) => callRecord({ intendedMs: ms, provisionalMs: ms })
    const outage = (...parts: CallRecord[][]) => mergeSnapshots(parts.map(record)).targets.a?.outage
    expect(outage([down(5_000), up(9_000)], [down(4_000), up(7_000)], [up(3_000)])).toEqual({
      fromMs: 4_000,
      toMs: 9_000,
    })
    expect(outage([down(5_000), up(9_000)], [down(6_000)])).toEqual({ fromMs: 5_000, toMs: undefined })
    expect(outage([up(9_000)], [up(6_000)])).toBeUndefined()
  })

  it('of shards gives what one recorder of all calls gives', () => {
    fc.assert(
      fc.property(calls, calls, (first, second) => {
        const merged = mergeSnapshots([record(first), record(second)])
        const whole = sorted(record([...first, ...second]))
        expect(merged.metrics).toEqual(whole.metrics)
        expect(merged.calls).toEqual(whole.calls)
        expect(merged.media).toEqual(whole.media)
        expect(callsOf(merged)).toEqual(callsOf(whole))
        expect(merged.timeline.slices).toEqual(whole.timeline.slices)
      }),
      { numRuns: 12 },
    )
  })

  it('is associative', () => {
    fc.assert(
      fc.property(calls, calls, calls, (first, second, third) => {
        const [a, b, c] = [record(first), record(second), record(third)]
        const left = mergeSnapshots([mergeSnapshots([a, b]), c])
        const right = mergeSnapshots([a, mergeSnapshots([b, c])])
        expect(left).toEqual(right)
      }),
      { numRuns: 10 },
    )
  })

  it('brings shards with different steps to the coarser one', () => {
    const point = { established: 0, failed: 0, packets: 0, registered: 2 }
    const fine = record([])
    const part = (stepSeconds: number, attempted: readonly number[]): Snapshot => ({
      ...fine,
      timeline: {
        stepSeconds,
        points: attempted.map((count, i) => ({ ...point, t: i * stepSeconds, attempted: count, concurrent: count })),
        slices: [],
      },
    })
    const { timeline } = mergeSnapshots([part(1, [1, 2, 3, 4]), part(2, [10, 20])])
    expect(timeline).toMatchObject({
      stepSeconds: 2,
      points: [
        { t: 0, attempted: 13, concurrent: 12, registered: 4 },
        { t: 2, attempted: 27, concurrent: 24, registered: 4 },
      ],
    })
  })
})
