import { describe, expect, it } from 'vitest'
import { callFault, ExactLoss } from '../../src/gateway/fault-plan.js'
import { noFaults } from '../../src/gateway/gateway-options.js'

const countFaults = (from: number, to: number, faults: Partial<typeof noFaults>): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (let n = from; n < to; n++) {
    const fault = callFault(n, { ...noFaults, ...faults })
    counts[fault] = (counts[fault] ?? 0) + 1
  }
  return counts
}

describe('the fault of a call', () => {
  it('is exact in every hundred calls and never two at once', () => {
    const faults = { busyPercent: 7, noAnswerPercent: 3, muteCallerPercent: 10, muteCalleePercent: 1, swapPercent: 2 }
    const expected = { busy: 7, 'no-answer': 3, 'mute-caller': 10, 'mute-callee': 1, swap: 2, none: 77 }
    for (const start of [0, 100, 700, 12_300]) expect(countFaults(start, start + 100, faults)).toEqual(expected)
  })

  it('is exact to hundredths of a percent in ten thousand calls', () => {
    expect(countFaults(0, 10_000, { busyPercent: 0.25 })).toEqual({ busy: 25, none: 9975 })
  })

  it('is spread over the hundred', () => {
    const numbers = Array.from({ length: 100 }, (_, n) => n).filter(
      (n) => callFault(n, { ...noFaults, busyPercent: 10 }) === 'busy',
    )
    const gaps = numbers.slice(1).map((n, i) => n - (numbers[i] ?? 0))
    expect(Math.max(...gaps)).toBeLessThan(40)
  })

  it.each([
    [0, 'none', 100],
    [100, 'busy', 100],
  ] as const)('at %d percent is always %s', (busyPercent, fault, count) => {
    expect(countFaults(0, 100, { busyPercent })).toEqual({ [fault]: count })
  })

  it('cuts what goes beyond all calls', () => {
    expect(countFaults(0, 100, { busyPercent: 60, noAnswerPercent: 60 })).toEqual({ busy: 60, 'no-answer': 40 })
  })
})

describe('ExactLoss', () => {
  it.each([0.01, 0.03, 0.07, 0.29, 1 / 3, 0.5, 0.999, 1, 0])('loses floor(n * %d) of the first n', (share) => {
    const loss = new ExactLoss()
    loss.share = share
    let lost = 0
    for (let n = 1; n <= 5000; n++) {
      if (loss.next()) lost++
      expect(lost).toBe(Math.floor((n * Math.round(share * 1e6)) / 1e6))
    }
  })

  it('begins anew when the share changes, and only then', () => {
    const loss = new ExactLoss()
    const losses: boolean[] = []
    for (const share of [0.5, 0.5, 0.25, 0.25, 0.25, 0.25]) {
      loss.share = share
      losses.push(loss.next())
    }
    expect(losses).toEqual([false, true, false, false, false, true])
  })
})
