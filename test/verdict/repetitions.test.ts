import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { FaultResult } from '../../src/model/fault-result.js'
import type { RunResult, Verdict } from '../../src/model/result.js'
import { reporters } from '../../src/report/registry.js'
import { joinRepetitions, type RepeatedRun } from '../../src/verdict/repetitions.js'

const golden = JSON.parse(readFileSync(join(import.meta.dirname, '../golden/result.json'), 'utf8')) as RunResult

const fault = (gapMs: number | null): FaultResult => ({
  name: 'kill a',
  at: 10,
  for: 3,
  undone: true,
  measures: { 'failover.media_gap': gapMs, 'failover.zombie_calls': null },
})

function repetition(n: number, gapMs: number | null, verdict: Verdict = 'pass', attempted = 100): RepeatedRun {
  const reasons = verdict === 'pass' ? [] : [`${verdict} for a reason`]
  const calls = { ...golden.calls, attempted }
  return { folder: `repetition-${n}`, result: { ...golden, verdict, reasons, calls, faults: [fault(gapMs)] } }
}

const settings = { times: 3, restMs: 5000 }
const joined = (...runs: [RepeatedRun, ...RepeatedRun[]]): RunResult => joinRepetitions(runs, settings)

describe('several runs of a scenario', () => {
  test('have a spread of each figure of each fault', () => {
    const { repetitions } = joined(repetition(1, 1500), repetition(2, 1540), repetition(3, 1510))
    expect(repetitions).toMatchObject({ rest: 5, planned: 3 })
    expect(repetitions?.spread.find(({ name }) => name === 'failover.media_gap')).toEqual({
      fault: 'kill a',
      name: 'failover.media_gap',
      unit: 'ms',
      values: [1500, 1540, 1510],
      min: 1500,
      median: 1510,
      max: 1540,
    })
    // What no run has is no row; what one lacks is a hole.
    expect(repetitions?.spread.some(({ name }) => name === 'failover.zombie_calls')).toBe(false)
    const holed = joined(repetition(1, null), repetition(2, 20), repetition(3, 30)).repetitions?.spread
    expect(holed?.find(({ name }) => name === 'failover.media_gap')?.values).toEqual([null, 20, 30])
  })

  test('show the worst, with the reasons of all', () => {
    const result = joined(repetition(1, 1), repetition(2, 2, 'fail', 222), repetition(3, 3, 'fail', 333))
    expect(result.verdict).toBe('fail')
    expect(result.calls.attempted).toBe(222)
    expect(result.reasons).toEqual(['repetition 2 of 3: fail for a reason', 'repetition 3 of 3: fail for a reason'])
    // One that proves nothing leaves the whole unproven, as exit codes have it.
    expect(joined(repetition(1, 1, 'fail'), repetition(2, 2, 'inconclusive'), repetition(3, 3)).verdict).toBe(
      'inconclusive',
    )
  })

  test('fewer than planned prove nothing', () => {
    const result = joinRepetitions([repetition(1, 1)], settings, 'the run was interrupted (SIGINT)')
    expect(result.verdict).toBe('inconclusive')
    expect(result.reasons).toEqual(['the run was interrupted (SIGINT): 1 of 3 repetitions were made'])
  })

  test('two faults of one name are told apart', () => {
    const { folder, result } = repetition(1, 1)
    const twice = { folder, result: { ...result, faults: [fault(1), fault(2)] } }
    const rows = joined(twice, twice, twice).repetitions?.spread.filter(({ name }) => name === 'failover.media_gap')
    expect(rows?.map(({ max }) => max)).toEqual([1, 2])
  })

  test.each(['text', 'markdown', 'html'] as const)('%s shows every run and the spread', async (name) => {
    const result = joined(repetition(1, 1500), repetition(2, 1540, 'fail'), repetition(3, 1510))
    const text = Buffer.from(await reporters[name].render(result)).toString()
    expect(text).toContain('3 of 3 repetitions with 5 s of rest between them')
    expect(text).toMatch(/repetition-2.*FAIL/s)
    expect(text).toMatch(/kill a: failover\.media.{1,2}gap \(ms\).*1500.*1540.*1510.*1500.*1510.*1540/s)
  })
})
