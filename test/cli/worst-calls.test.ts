import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.js'
import { SampleKeeper } from '../../src/cli/run/samples.js'
import { WorstCalls } from '../../src/cli/run/worst-calls.js'
import { usualHearing } from '../../src/model/hearing-limits.js'
import type { CallRecord, StreamReport } from '../../src/model/record.js'
import { callRecord, legRecord, streamReport } from '../metrics/records.js'

/** A call whose one stream lost so many of 250 packets, one by one. */
function lossy(number: number, lost: number, codec = 'PCMU', changes: Partial<CallRecord> = {}): CallRecord {
  const fates = { expected: 250, lost, discarded: 0, runs: lost }
  const stream = streamReport({ codec, fates, roundTripsMs: [] })
  return callRecord({ number, asMeant: true, legs: [legRecord([stream])], ...changes })
}

const numbers = (worst: WorstCalls) => worst.records().map((record) => record.number)

describe('the worst calls', () => {
  it('are the five with the lowest scores of each scale', () => {
    const worst = new WorstCalls(usualHearing)
    for (let number = 0; number < 40; number++) worst.offer(lossy(number, 5 + ((number * 7) % 40)))
    for (let number = 100; number < 110; number++) worst.offer(lossy(number, number - 90, 'opus'))
    const lost = (number: number) => 5 + ((number * 7) % 40)
    const expected = Array.from({ length: 40 }, (_, number) => number)
      .sort((a, b) => lost(b) - lost(a))
      .slice(0, 5)
    expect(numbers(worst)).toEqual([...expected, 109, 108, 107, 106, 105])
  })

  it('are none where all were good', () => {
    const worst = new WorstCalls(usualHearing)
    for (let number = 0; number < 40; number++) worst.offer(lossy(number, 0))
    expect(numbers(worst)).toEqual([])
  })

  it('are also those with a direction that was not heard, up to ten', () => {
    const worst = new WorstCalls(usualHearing)
    const silent: Partial<StreamReport> = {
      packetsSent: 250,
      packetsReceived: 0,
      fates: { expected: 0, lost: 0, discarded: 0, runs: 0 },
    }
    for (let number = 0; number < 15; number++) {
      const legs = [legRecord([streamReport(silent)]), legRecord([streamReport()], { role: 'callee' })]
      worst.offer(callRecord({ number, legs }))
    }
    expect(numbers(worst)).toEqual(Array.from({ length: 10 }, (_, number) => number))
  })

  it('are first of all the ten whose audio was away the longest', () => {
    const worst = new WorstCalls(usualHearing)
    for (let number = 0; number < 15; number++) {
      worst.offer(callRecord({ number, legs: [legRecord([streamReport({ longestGapMs: 290 + 20 * number })])] }))
    }
    expect(numbers(worst).slice(0, 10)).toEqual([14, 13, 12, 11, 10, 9, 8, 7, 6, 5])
  })

  it('are samples beyond those drawn, each once', () => {
    const keeper = new SampleKeeper(2, new Rng(1), usualHearing)
    for (let number = 0; number < 50; number++) keeper.offer(lossy(number, number === 25 ? 100 : 0))
    const calls = keeper.samples(() => null).map(({ call }) => call)
    expect(calls).toContain(25)
    expect(calls.length).toBeLessThanOrEqual(3)
    expect(new Set(calls).size).toBe(calls.length)
  })

  it('are not kept by a run that keeps no samples', () => {
    const keeper = new SampleKeeper(0, new Rng(1), usualHearing)
    keeper.offer(lossy(1, 100))
    expect(keeper.samples(() => null)).toEqual([])
  })
})
