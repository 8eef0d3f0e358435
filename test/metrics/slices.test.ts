import { expect, test } from 'vitest'
import { Rng } from '../../src/base/rng.js'
import { LeafTable } from '../../src/metrics/leaf.js'
import { Slices } from '../../src/metrics/slices.js'

const valuesOfSecond = 100

/** Seconds with so many values each, of 200 different ones. */
function recorded(seconds: number, maxBytes: number): Slices {
  const slices = new Slices({ startMs: 0, stepMs: 1000, cutsMs: [], maxSlices: 5000, maxBytes })
  const rng = new Rng(1)
  const leaf = new LeafTable().ofTags(false, {}).leaf('session.setup')
  for (let second = 0; second < seconds; second++) {
    for (let index = 0; index < valuesOfSecond; index++) {
      const cell = slices.cell(second * 1000, leaf)
      if (cell.kind === 'histogram') cell.record(rng.integer(0, 199) / 1000)
    }
  }
  return slices
}

const total = ({ all }: Slices): number =>
  all.reduce(
    (sum, { cells }) => sum + cells.reduce((inner, cell) => inner + (cell?.kind === 'histogram' ? cell.total : 0), 0),
    0,
  )

const bytes = ({ all }: Slices): number => all.reduce((sum, slice) => sum + slice.bytes, 0)

test('slices that take too much memory become fewer, and lose nothing', () => {
  const loose = recorded(2000, 1 << 30)
  expect([loose.all.length, total(loose)]).toEqual([2000, 2000 * valuesOfSecond])
  expect(bytes(loose)).toBeGreaterThan(250_000)
  const tight = recorded(2000, 50_000)
  expect(bytes(tight)).toBeLessThan(55_000)
  expect(tight.all.length).toBeGreaterThan(100)
  expect(total(tight)).toBe(2000 * valuesOfSecond)
  for (const [index, { fromMs }] of tight.all.entries()) if (index > 0) expect(fromMs).toBe(tight.all[index - 1]?.toMs)
})

test('what comes late is counted in its slice, which keeps no room for more of it', () => {
  const slices = new Slices({ startMs: 0, stepMs: 1000, cutsMs: [], maxSlices: 300 })
  const leaf = new LeafTable().ofTags(false, {}).leaf('session.setup')
  for (let second = 8; second < 100; second++) {
    for (const lateSeconds of [0, 8]) {
      const cell = slices.cell((second - lateSeconds) * 1000, leaf)
      if (cell.kind === 'histogram') for (let times = 0; times < 300; times++) cell.record(1)
    }
  }
  const old = slices.all.slice(8, 80).map(({ cells }) => cells[leaf.id])
  expect(old.length).toBe(72)
  for (const cell of old) {
    expect(cell).toMatchObject({ kind: 'histogram', total: 600 })
    if (cell?.kind === 'histogram') expect(cell.bytes).toBeLessThan(10)
  }
})

test('thirty slices are kept, however much they take', () => {
  const slices = recorded(200, 1)
  expect(slices.all.length).toBeGreaterThanOrEqual(30)
  expect(slices.all.length).toBeLessThan(60)
  expect(total(slices)).toBe(200 * valuesOfSecond)
})
