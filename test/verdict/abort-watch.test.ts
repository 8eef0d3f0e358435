import { describe, expect, it } from 'vitest'
import { AbortWatch } from '../../src/verdict/abort-watch.js'
import { measured, sourceOf, threshold } from './thresholds.js'

describe('abort after', () => {
  it.each<[string, (number | null)[], number | undefined]>([
    ['ends the run when the threshold was missed all the while', [300, 300, 300, 300], 3],
    ['starts anew when it was kept in between', [300, 300, 200, 300, 300, 300, 300], 6],
    ['waits while there is no data', [null, null, null, null, null], undefined],
    ['never ends a run that keeps it', [1, 2, 3, 4, 5], undefined],
  ])('%s', (_, values, expected) => {
    let value: number | null = null
    const watch = new AbortWatch(
      [threshold({ abortAfterMs: 3000 })],
      sourceOf(() => measured(value)),
    )
    const ended = values.findIndex((each, second) => {
      value = each
      return watch.check(second * 1000) !== undefined
    })
    expect(ended).toBe(expected ?? -1)
  })

  it('tells what was missed', () => {
    const watch = new AbortWatch(
      [threshold({ abortAfterMs: 1000 })],
      sourceOf(() => measured(300)),
    )
    watch.check(0)
    expect(watch.check(1000)).toBe('ended early: session.setup was 300 ms (p95 of 1000), wanted < 250 ms, for 1 s')
  })

  it('is armed only by thresholds that say so', () => {
    const source = sourceOf(() => measured(300))
    expect(new AbortWatch([threshold()], source).armed).toBe(false)
    expect(new AbortWatch([threshold(), threshold({ abortAfterMs: 1 })], source).armed).toBe(true)
  })
})
