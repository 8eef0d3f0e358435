import { describe, expect, test } from 'vitest'

interface Bye {
  readonly atMs: number
  readonly isSent: boolean
  readonly status: number | undefined
  readonly finalMs?: number
}

interface Judged {
  readonly inProgress: number
  readonly kept: number
  readonly recovered: number
  readonly lost: number
  readonly zombie: number
  readonly dropped: number
  readonly gapsMs: readonly number[]
}

type Fates = {
  judge(calls: readonly object[], fault: { faultMs: number; untilMs: number; ptimeMs: number }): Judged
  outageOf(calls: readonly object[], faultMs: number): number
}

// It is no part of the program, and so has no types.
const { judge, outageOf } = (await import(new URL('../../lab/pair/fates.js', import.meta.url).href)) as Fates

/** Packets of 20 ms from one moment to another, but for a hole. */
function packets(fromMs: number, toMs: number, holeMs: readonly [number, number] = [0, 0]): { timesMs: number[] } {
  const times = Array.from({ length: (toMs - fromMs) / 20 + 1 }, (_, n) => fromMs + n * 20)
  return { timesMs: times.filter((ms) => ms <= holeMs[0] || ms >= holeMs[1]) }
}

/** A call from 1 s to 86.1 s, with a fault at 20 s. */
const call = (streams: readonly { timesMs: number[] }[], byes?: readonly Bye[]) => ({
  invitedMs: 1_000,
  answeredMs: 1_100,
  endedMs: Number.POSITIVE_INFINITY,
  isLong: true,
  byes: byes ?? [{ atMs: 86_100, isSent: true, status: 200, finalMs: 86_105 }],
  streams,
})

const fault = { faultMs: 20_000, untilMs: 88_000, ptimeMs: 20 }

describe('captures of a drill tell of a call', () => {
  test.each([
    ['kept', [packets(1_200, 86_000)], undefined, [0]],
    ['recovered', [packets(1_200, 86_000, [20_000, 28_000])], undefined, [7_980]],
    ['zombie', [packets(1_200, 20_000)], undefined, [66_080]],
    // Silent, and nobody answers its BYE: the silence in which it ends does not count.
    ['dropped', [packets(1_200, 20_000)], [{ atMs: 86_100, isSent: true, status: undefined }], [0]],
    // Answered when it had been given up.
    ['dropped', [packets(1_200, 20_000)], [{ atMs: 79_000, isSent: true, status: 200, finalMs: 86_105 }], [0]],
    // With audio to the end the BYE alone drops nothing.
    ['kept', [packets(1_200, 86_000)], [{ atMs: 86_100, isSent: true, status: 481 }], [0]],
    ['dropped', [packets(1_200, 30_000)], [{ atMs: 30_000, isSent: false, status: 200, finalMs: 86_105 }], [0]],
  ] as const)('%s', (fate, streams, byes, gapsMs) => {
    const judged = judge([call(streams, byes)], fault)
    expect(judged).toMatchObject({ inProgress: 1, [fate]: 1 })
    expect(judged.gapsMs).toEqual(gapsMs)
  })

  test('lost, when it ends before it was watched for 60 s', () => {
    const judged = judge([call([packets(1_200, 30_000)])], { ...fault, faultMs: 30_000 })
    expect(judged).toMatchObject({ inProgress: 1, lost: 1 })
  })

  test('nothing when it was over before the fault, or began after it', () => {
    const early = call([packets(1_200, 10_000)], [{ atMs: 10_000, isSent: true, status: 200, finalMs: 86_105 }])
    const late = { ...call([packets(21_200, 40_000)]), invitedMs: 21_000, answeredMs: 21_100 }
    expect(judge([early, late], fault).inProgress).toBe(0)
  })
})

test('the signalling outage is from the last answer before the fault to the first of a call begun after it', () => {
  const calls = [
    { invitedMs: 19_000, answeredMs: 19_050 },
    { invitedMs: 19_900, answeredMs: 22_000 },
    { invitedMs: 20_100, answeredMs: undefined },
    { invitedMs: 21_000, answeredMs: 23_000 },
  ]
  expect(outageOf(calls, 20_000)).toBe(3_950)
})
