import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { DrillPlace } from './drill-place.js'
import { readResult } from './program.js'

const fault = '- { name: dies, at: 300ms, for: 300ms, kill: gateway-1 }'

it('a drill with repeat is run so many times, and its result has every run and the spread', async () => {
  const place = new DrillPlace()
  const ended = await place.start(fault, 'rate: 10/s, for: 1s', 'repeat: { times: 3, rest: 200ms }').ended
  expect([0, 3], ended.err).toContain(ended.code)
  expect(ended.err).toContain('repetition 3 of 3 begins in 0.2 s')
  const { repetitions } = readResult(place.out)
  expect(repetitions).toMatchObject({ rest: 0.2, planned: 3 })
  expect(repetitions?.runs.map(({ folder }) => folder)).toEqual(['repetition-1', 'repetition-2', 'repetition-3'])
  for (const [n, { folder, calls, verdict }] of repetitions?.runs.entries() ?? []) {
    const own = readResult(join(place.out, folder))
    expect(own).toMatchObject({ verdict, calls })
    expect(own.faults).toMatchObject([{ name: 'dies', undone: true }])
    expect(existsSync(join(place.out, folder, 'report.html'))).toBe(true)
    const outage = repetitions?.spread.find(({ name }) => name === 'failover.signalling_outage')
    expect(outage?.values[n]).toBe(own.faults[0]?.measures['failover.signalling_outage'])
  }
  expect(readFileSync(join(place.out, 'summary.md'), 'utf8')).toContain('### Repetitions')
  expect(ended.out).toContain('3 of 3 repetitions')
  await place.expectNothingLeft()
})

it('Ctrl-C between two runs ends the whole, with what was measured', async () => {
  const place = new DrillPlace()
  const running = place.start(fault, 'rate: 10/s, for: 1s', 'repeat: { times: 3, rest: 1m }')
  await running.said(/repetition 2 of 3 begins in 60 s/)
  running.child.kill('SIGINT')
  const ended = await running.ended
  expect(ended.code, ended.err).toBe(3)
  const { verdict, reasons, repetitions } = readResult(place.out)
  expect(verdict).toBe('inconclusive')
  expect(reasons[0]).toBe('the run was interrupted (SIGINT): 1 of 3 repetitions were made')
  expect(repetitions?.runs).toHaveLength(1)
  await place.expectNothingLeft()
})
