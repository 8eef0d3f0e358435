import { beforeAll, describe, expect, it } from 'vitest'
import { type CalibratedRun, calibratedRun, counter, seriesOf } from './calibrated-run.js'

const calls = 100
const base = { calls, rate: '20/s', talk: '4s' }

/** A run of 100 calls through the embedded gateway; who judges late is more impatient than usual. */
const run = (faults: object, set: Readonly<Record<string, string | number>> = {}): Promise<CalibratedRun> =>
  calibratedRun({
    scenario: 'calibration.yaml',
    gateway: { embedded: { faults } },
    set: { ...base, ...set },
    append: 'hearing: { late: 150ms }\n',
  })

/** Calls by what was heard, as the result has them. */
function heardIn({ result }: CalibratedRun): Record<string, number> {
  const found: Record<string, number> = {}
  for (const series of result.metrics) {
    const { heard, ...others } = series.tags
    if (series.name !== 'media.calls' || series.kind !== 'counter' || heard === undefined) continue
    if (Object.keys(others).length === 0 && series.value) found[heard] = series.value
  }
  return found
}

const delaysOf = ({ result }: CalibratedRun) => seriesOf(result, 'media.mouth_to_ear', 'histogram')

describe('of a hundred calls with audio marks', () => {
  let clean: CalibratedRun
  let muted: CalibratedRun
  let swapped: CalibratedRun
  let lossy: CalibratedRun
  let slow: CalibratedRun

  beforeAll(async () => {
    // One after the other: delays are told apart by milliseconds.
    clean = await run({})
    slow = await run({ 'rtp delay': '180ms' })
    muted = await run({ 'mute caller': '5%' })
    swapped = await run({ swap: '1%' })
    lossy = await run({ 'rtp loss': '3%', 'rtp loss from': 'callee' })
  })

  it('every one is heard in both directions when nothing is wrong', () => {
    expect(heardIn(clean)).toEqual({ heard: calls })
    const delays = delaysOf(clean)
    expect(delays.count).toBeGreaterThanOrEqual(2 * calls)
    expect(seriesOf(clean.result, 'media.start_clipping', 'histogram').count).toBe(2 * calls)
  })

  it('exactly the five whose caller is muted are one-way, and all others heard', () => {
    expect(heardIn(muted)).toEqual({ 'one-way': 5, heard: calls - 5 })
    expect(counter(muted.result, 'media.one_way_calls')).toBe(5)
    expect(counter(muted.result, 'media.cross_talk_calls')).toBe(0)
  })

  it('exactly the two whose audio is swapped are cross-talk, and name each other', () => {
    expect(heardIn(swapped)).toEqual({ 'cross-talk': 2, heard: calls - 2 })
    expect(counter(swapped.result, 'media.cross_talk_calls')).toBe(2)
    const [one, two, ...more] = swapped.result.samples.filter(({ heard }) => heard === 'cross-talk')
    expect(more).toEqual([])
    const heardBy = (sample: typeof one) =>
      new Set(sample?.streams?.flatMap(({ hearing }) => hearing?.voices.map(({ call }) => call) ?? []))
    expect(heardBy(one)).toContain(two?.call)
    expect(heardBy(two)).toContain(one?.call)
  })

  it('a loss of 3 % in one direction is reported there, and what was said is still heard', () => {
    expect(heardIn(lossy)).toEqual({ heard: calls })
    const lossOf = (direction: string) => {
      const streams = lossy.result.samples.flatMap(({ streams = [] }) => streams)
      const side = streams.filter((stream) => stream.direction === direction)
      const expected = side.reduce((sum, { packetsExpected }) => sum + packetsExpected, 0)
      return (100 * side.reduce((sum, { packetsLost }) => sum + packetsLost, 0)) / expected
    }
    expect(lossOf('callee')).toBe(0)
    expect(lossOf('caller')).toBeGreaterThan(2.5)
    expect(lossOf('caller')).toBeLessThan(3.2)
  })

  it('a delay of 180 ms is measured within 5 ms, and every call is late by it', () => {
    expect(heardIn(slow)).toEqual({ late: calls })
    const [own, delayed] = [delaysOf(clean).p50, delaysOf(slow).p50]
    if (own === null || delayed === null) throw new Error('no delay was measured')
    console.info(`mouth to ear ${delayed} ms with the fault of 180 ms, ${own} ms without`)
    expect(Math.abs(delayed - 180)).toBeLessThan(5)
    expect(own).toBeLessThan(5)
  })
})

it('what a scenario does not listen to is judged by packets alone', async () => {
  const { result } = await calibratedRun({
    scenario: 'calibration.yaml',
    set: { calls: 5, phones: 5, talk: '2s' },
    replace: [/^ {4}ptime: /gm, '    listening: off\n    ptime: '],
  })
  expect(counter(result, 'media.calls', { heard: 'unjudged' })).toBe(5)
})
