import { beforeAll, describe, expect, it } from 'vitest'
import { readyHistograms } from '../../src/metrics/histogram.js'
import { mergeLive } from '../../src/metrics/merge-live.js'
import { Recorder } from '../../src/metrics/recorder.js'
import type { CallRecord } from '../../src/model/record.js'
import { callRecord, rejectedCall } from './records.js'

beforeAll(readyHistograms)

/** Calls of any set-up time between 0 and 2 s, and some that fail. */
const calls: CallRecord[] = Array.from({ length: 500 }, (_, n) => {
  const intendedMs = n * 10
  if (n % 10 === 0) return rejectedCall(n % 20 === 0 ? 486 : 503, { intendedMs })
  return callRecord({ intendedMs, answeredMs: intendedMs + ((n * 7919) % 2000) })
})

function recorderOf(records: readonly CallRecord[]): Recorder {
  const recorder = new Recorder({ warmupMs: 0 })
  recorder.startLoad(0)
  for (const each of records) {
    recorder.attempt(each.intendedMs)
    recorder.packets(each.intendedMs, 3, 2, 1)
    recorder.call(each)
    if (each.intendedMs % 50 !== 0) recorder.ended(each.intendedMs)
  }
  return recorder
}

describe('what a screen shows of a run in parts', () => {
  it('is what it shows of the whole, percentiles among it', () => {
    const whole = recorderOf(calls)
    const parts = [0, 1, 2].map((part) => recorderOf(calls.filter((_, n) => n % 3 === part)))
    const merged = mergeLive(parts.map((part) => part.livePart(5000)))
    expect(merged).toEqual(whole.live(5000))
    expect(merged.setup?.p95).toBeGreaterThan(1000)
    for (const each of [whole, ...parts]) each.destroy()
  })

  it('is nothing yet before the first part has spoken, and has no time before load', () => {
    expect(mergeLive([])).toMatchObject({ elapsedMs: undefined, attempted: 0, setup: null })
    const early = recorderOf([])
    expect(mergeLive([early.livePart(-100)]).elapsedMs).toBe(0)
    early.destroy()
  })
})
