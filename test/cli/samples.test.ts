import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.js'
import { SampleKeeper } from '../../src/cli/run/samples.js'
import { usualHearing } from '../../src/model/hearing-limits.js'
import { callRecord, legRecord, streamReport } from '../metrics/records.js'

const went = (number: number) => callRecord({ number, asMeant: true, outcome: 'completed', status: 200 })
const failed = (number: number, status: number) =>
  callRecord({ number, asMeant: false, outcome: 'rejected', status, reason: `${status}` })

describe('the calls that a result shows whole', () => {
  it('are all of them when there are no more than asked for, many alike failures included', () => {
    const keeper = new SampleKeeper(20, new Rng(1), usualHearing)
    for (let number = 0; number < 20; number++) keeper.offer(number < 12 ? failed(number, 486) : went(number))
    const calls = keeper.samples(() => null).map(({ call }) => call)
    expect(calls.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, number) => number))
  })

  it('begin with failures, a quarter for each cause, and leave room for calls that went well', () => {
    const keeper = new SampleKeeper(20, new Rng(1), usualHearing)
    for (let number = 0; number < 1000; number++) {
      keeper.offer(number % 2 === 0 ? went(number) : failed(number, number % 3 === 0 ? 486 : 503))
    }
    const samples = keeper.samples(() => null)
    expect(samples).toHaveLength(20)
    const count = (reason: string): number => samples.filter((sample) => sample.reason === reason).length
    expect([count('486'), count('503'), count('')]).toEqual([5, 5, 10])
  })

  it('are a fair draw of those that went well', () => {
    let early = 0
    for (let seed = 0; seed < 200; seed++) {
      const keeper = new SampleKeeper(10, new Rng(seed), usualHearing)
      for (let number = 0; number < 100; number++) keeper.offer(went(number))
      early += keeper.samples(() => null).filter(({ call }) => call < 50).length
    }
    expect(Math.abs(early / 2000 - 0.5)).toBeLessThan(0.05)
  })

  it('are chosen from parts of a run as from the whole: failures first, and a fair draw of the others', () => {
    let fromLarger = 0
    for (let seed = 0; seed < 200; seed++) {
      // Three quarters of the calls that went well are in the first part, and all failures in the second.
      const parts = [0, 1].map((part) => new SampleKeeper(12, new Rng(seed, `${part}`), usualHearing))
      for (let number = 0; number < 200; number++) parts[number % 4 === 3 ? 1 : 0]?.offer(went(number))
      for (let number = 200; number < 210; number++) parts[1]?.offer(failed(number, number % 2 === 0 ? 486 : 503))
      const keeper = new SampleKeeper(12, new Rng(seed), usualHearing)
      keeper.take(structuredClone(parts.map((part) => part.kept())))
      const samples = keeper.samples(() => null)
      const count = (reason: string): number => samples.filter((sample) => sample.reason === reason).length
      expect([count('486'), count('503'), count('')]).toEqual([3, 3, 6])
      expect(new Set(samples.map(({ call }) => call)).size).toBe(12)
      fromLarger += samples.filter(({ call, reason }) => reason === '' && call % 4 !== 3).length
    }
    expect(Math.abs(fromLarger / 1200 - 0.75)).toBeLessThan(0.05)
  })

  it('are all of a run in parts when there are no more than asked for', () => {
    const parts = [0, 1].map(() => new SampleKeeper(20, new Rng(1), usualHearing))
    for (let number = 0; number < 20; number++)
      parts[number % 2]?.offer(number < 14 ? failed(number, 486) : went(number))
    const keeper = new SampleKeeper(20, new Rng(1), usualHearing)
    keeper.take(parts.map((part) => part.kept()))
    const calls = keeper.samples(() => null).map(({ call }) => call)
    expect(calls.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, number) => number))
  })

  it('tell what each leg received, times since the start of the call, and null for what was not measured', () => {
    const keeper = new SampleKeeper(1, new Rng(1), usualHearing)
    const heard = streamReport({
      direction: 'callee',
      local: '127.0.0.1:16384',
      ssrc: 7,
      packetsReceived: 98,
      packetsExpected: 100,
      packetsLost: 2,
      jitterMeanMs: 0.5,
      jitterMaxMs: undefined,
      firstPacketMs: 1200,
      lastPacketMs: 3200,
    })
    keeper.offer(callRecord({ inviteMs: 1000, asMeant: true, legs: [legRecord([heard])] }))
    expect(keeper.samples(() => null)[0]?.streams).toMatchObject([
      {
        direction: 'callee',
        local: '127.0.0.1:16384',
        ssrc: 7,
        packetsReceived: 98,
        packetsExpected: 100,
        packetsLost: 2,
        jitterMeanMs: 0.5,
        jitterMaxMs: null,
        firstPacketMs: 200,
        lastPacketMs: 2200,
      },
    ])
  })
})
