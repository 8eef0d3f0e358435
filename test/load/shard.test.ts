import { describe, expect, it } from 'vitest'
import { ownCount, ownLimits, ownTurns, type Shard, unsplittable, wholeNumber, wholeRun } from '../../src/load/shard.js'
import type { CallRecord } from '../../src/model/record.js'
import { scenarioOf } from '../scenario/reading-aid.js'
import { LoadBench, twoGroups } from './bench.js'

const shardsOf = (of: number): Shard[] => Array.from({ length: of }, (_, index) => ({ index, of }))

describe('what the shards of a run have', () => {
  it.each([
    [0, 2],
    [1, 3],
    [7, 2],
    [10_000, 3],
    [10_001, 7],
  ])('of %i things in %i shards nothing is lost and nothing is there twice', (count, of) => {
    const numbers = shardsOf(of).flatMap((shard) =>
      Array.from({ length: ownCount(shard, count) }, (_, n) => wholeNumber(shard, n)),
    )
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, n) => n))
  })

  it('limits add up to those of the scenario', () => {
    const limits = { callsPerSecond: 25.5, concurrentCalls: 101, numbers: ['1'] }
    const parts = shardsOf(2).map((shard) => ownLimits(shard, limits))
    expect(parts.map(({ callsPerSecond }) => callsPerSecond)).toEqual([13, 12])
    expect(parts.map(({ concurrentCalls }) => concurrentCalls)).toEqual([51, 50])
    expect(ownLimits(wholeRun, limits)).toBe(limits)
  })

  it.each([
    [6, 2, 2],
    [6, 1, 3],
    [1, 8, 2],
    [3, 4, 2],
    [6, 2, 4],
  ])('%i agents with %i calls at once in %i shards take turns as in one', (count, callsAtOnce, of) => {
    const group = { count, callsAtOnce } as Parameters<typeof ownTurns>[1]
    const whole = ownTurns(wholeRun, group)
    const parts = shardsOf(of).map((shard) => ownTurns(shard, group))
    expect(whole.map((_, call) => parts[call % of]?.[Math.floor(call / of)])).toEqual(whole)
  })
})

const call = 'call: { from: caller, to: callee }'
const twoFlows = `flows:
  short: [{ ${call} }, wait exponential 100ms, hang up]
  long: [{ ${call} }, wait 50ms to 150ms, hang up]
`
const oneFlow = `flows: { only: [{ ${call} }, wait 100ms, hang up] }\n`

async function callsOf(text: string, shard: Shard): Promise<CallRecord[]> {
  const bench = new LoadBench(text, { shard })
  await bench.run()
  return bench.records
}

async function callsOfAll(text: string, of: number): Promise<CallRecord[]> {
  const parts = await Promise.all(shardsOf(of).map((shard) => callsOf(text, shard)))
  return parts.flat().sort((a, b) => a.number - b.number)
}

/** Number, flow, intended start and how long it talked. */
const plan = (records: readonly CallRecord[]) =>
  records.map(({ number, flow, intendedMs, answeredMs = 0, byeSentMs = 0 }) => [
    number,
    flow,
    intendedMs,
    Math.round(byeSentMs - answeredMs),
  ])

const users = (records: readonly CallRecord[]) => records.map(({ legs }) => legs.map(({ agent }) => agent).join(' '))

describe('a run in shards', () => {
  it.each([
    ['even', 'rate: 40/s, calls: 41'],
    ['Poisson', 'rate: 40/s, for: 1s, arrivals: poisson'],
    ['ramped', 'stages: [ramp to 60/s over 1s, hold 500ms]'],
  ])('makes the same calls at the same times, flows and talk times: %s arrivals', async (_, load) => {
    const text = `${twoGroups(60, 60)}${twoFlows}load: { ${load}, flows: { short: 1, long: 3 } }\n`
    const whole = plan(await callsOfAll(text, 1))
    expect(whole.length).toBeGreaterThan(30)
    expect(new Set(whole.map(([, flow]) => flow)).size).toBe(2)
    expect(plan(await callsOfAll(text, 2))).toEqual(whole)
    expect(plan(await callsOfAll(text, 3))).toEqual(whole)
  })

  it('gives each call the agents that it has in one process', async () => {
    const text = `${twoGroups(12, 6)}${oneFlow}load: { rate: 20/s, calls: 50 }`
    const whole = users(await callsOfAll(text, 1))
    expect(whole.slice(0, 2)).toEqual(['100 200', '101 201'])
    expect(users(await callsOfAll(text, 2))).toEqual(whole)
    expect(users(await callsOfAll(text, 3))).toEqual(whole)
  })

  it('keeps as many calls in progress as one process does, and starts as many', async () => {
    const text = `${twoGroups(6, 6)}${oneFlow}load: { concurrent: 3, for: 2s, calls: 31 }`
    const most: number[] = []
    const records: CallRecord[] = []
    for (const shard of shardsOf(2)) {
      const bench = new LoadBench(text, { shard })
      await bench.run()
      most.push(bench.mostInProgress)
      records.push(...bench.records)
    }
    expect(most).toEqual([2, 1])
    expect(records.length).toBeLessThanOrEqual(31)
    expect(new Set(records.map(({ number }) => number)).size).toBe(records.length)
  })
})

describe('what keeps a run in one process', () => {
  const run = (more: string, groups = twoGroups(4, 4)) =>
    scenarioOf(`version: 1\ngateway: udp://127.0.0.9:5060\n${groups}${more}\nexpect: [session.ser == 100%]\n`)
  const plain = `${oneFlow}load: { rate: 10/s, calls: 10 }\n`
  const group = (text: string): string => `agents:\n  phone: { identity: "sip:\${n}@lab.test", ${text} }\n`
  const own =
    'flows: { only: [{ call: { from: phone, to: "sip:1@lab.test" } }, hang up] }\nload: { rate: 1/s, calls: 1 }\n'

  it.each([
    ['nothing', run(plain), undefined],
    ['a limit', run(`${plain}limits: { concurrent calls: 1 }`), '1 concurrent calls are too few'],
    ['a capture', run(`${plain}capture: { keep: everything }`), 'a process captures and judges its own traffic'],
    [
      'nor a fault, which is made for all',
      run(`${plain}faults: [{ at: 500ms, command: { run: "true", undo: none } }]`),
      undefined,
    ],
    ['a trunk', run(own, group('count: 1, register: false, media: none, calls at once: 10')), undefined],
    [
      'agents that register',
      run(own, group('count: 3, register: true, media: none')),
      'group "phone" has 3 agents that register',
    ],
    [
      'an address',
      run(own, group('count: 2, register: false, media: none, listen: 127.0.0.1')),
      'group "phone" listens at one address',
    ],
    [
      'too few calls at once',
      run(own, group('count: 1, register: false, media: none')),
      'group "phone" can take 1 calls at once',
    ],
  ])('%s', (_, scenario, reason) => {
    expect(unsplittable(scenario, 2)).toBe(reason)
  })

  it('only what is measured or kept in the process itself, when the load is not split', () => {
    expect(unsplittable(run(`${plain}limits: { concurrent calls: 1 }`), 1)).toBeUndefined()
    expect(unsplittable(run(`${plain}capture: { keep: everything }`), 1)).toContain('captures')
  })
})
