import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readyHistograms } from '../../src/metrics/histogram.js'
import type { MeasureQuery } from '../../src/metrics/measure.js'
import { Recorder, type RecorderOptions } from '../../src/metrics/recorder.js'
import { StoredSource } from '../../src/metrics/stored-source.js'
import { callRecord, legRecord, registrationRecord, rejectedCall, streamReport } from './records.js'

const recorders: Recorder[] = []

function started(options: Partial<RecorderOptions> = {}, startMs = 0): Recorder {
  const recorder = new Recorder({ warmupMs: 0, ...options })
  recorder.startLoad(startMs)
  recorders.push(recorder)
  return recorder
}

const query = (metric: string, changes: Partial<MeasureQuery> = {}): MeasureQuery => ({
  metric,
  aggregate: 'value',
  where: {},
  between: undefined,
  ...changes,
})

/** A call whose set-up took so long. */
const setupOf = (intendedMs: number, setupMs: number, changes = {}) =>
  callRecord({ intendedMs, answeredMs: intendedMs + setupMs, ...changes })

beforeAll(readyHistograms)
afterEach(() => {
  for (const recorder of recorders.splice(0)) recorder.destroy()
})

describe('series', () => {
  it('are the whole run, and each tag alone', () => {
    const recorder = started()
    recorder.call(setupOf(0, 10, { caller: 'browser', transport: 'wss', target: 'a' }))
    recorder.call(setupOf(0, 20, { caller: 'phone', transport: 'udp', target: 'a' }))
    recorder.call(setupOf(0, 30, { caller: 'phone', transport: 'udp', target: 'b' }))
    const setups = recorder.snapshot().metrics.filter((series) => series.name === 'session.setup')
    expect(setups.map((series) => [series.tags, series.kind === 'histogram' && [series.min, series.max]])).toEqual([
      [{}, [10, 30]],
      [{ agent: 'browser' }, [10, 10]],
      [{ agent: 'phone' }, [20, 30]],
      [{ transport: 'udp' }, [20, 30]],
      [{ transport: 'wss' }, [10, 10]],
      [{ target: 'a' }, [10, 20]],
      [{ target: 'b' }, [30, 30]],
    ])
  })

  it('hold the breakdown that a threshold asks for', () => {
    const where = { agent: 'phone', target: 'b' }
    const recorder = started({ questions: [{ where, between: undefined }] })
    recorder.call(setupOf(0, 20, { caller: 'phone', target: 'a' }))
    recorder.call(setupOf(0, 30, { caller: 'phone', target: 'b' }))
    const asked = query('session.setup', { aggregate: 'max', where })
    expect(recorder.measure(asked).value).toBe(30)
    expect(new StoredSource(recorder.snapshot()).measure(asked).value).toBe(30)
  })

  it('give exact extremes and percentiles within three digits', () => {
    const recorder = started()
    for (let i = 1; i <= 1000; i++) recorder.call(setupOf(i, i * 1.2345))
    const series = recorder.snapshot().metrics.find((each) => each.name === 'session.setup')
    if (series?.kind !== 'histogram') throw new Error('no histogram')
    expect([series.count, series.min, series.max]).toEqual([1000, 1.234, 1234.5])
    for (const [figure, exact] of [
      [series.p50, 617.25],
      [series.p95, 1172.775],
      [series.p99, 1222.155],
    ] as const) {
      expect(Math.abs((figure ?? 0) / exact - 1)).toBeLessThan(0.001)
    }
  })

  it('counts shares of the targets of all calls that had one', () => {
    const recorder = started()
    for (const target of ['a', 'a', 'a', 'b', undefined]) recorder.call(callRecord({ target }))
    const share = (target: string) => recorder.measure(query('target.share', { where: { target } }))
    expect(share('a')).toMatchObject({ value: 75, hits: 3, samples: 4 })
    expect(share('b').value).toBe(25)
    expect(recorder.snapshot().targets).toEqual({ a: { calls: 3, failures: 0 }, b: { calls: 1, failures: 0 } })
  })
})

describe('media', () => {
  it('is measured per stream, by its receiver and direction', () => {
    const recorder = started()
    const caller = legRecord([streamReport({ direction: 'to caller', firstPacketMs: 1150 })])
    const callee = legRecord([streamReport({ direction: 'to callee', packetsLost: 0, roundTripsMs: [] })], {
      group: 'phone',
      transport: 'udp',
    })
    recorder.call(callRecord({ intendedMs: 1000, answeredMs: 1100, legs: [caller, callee] }))
    const at = (metric: string, where = {}, aggregate: MeasureQuery['aggregate'] = 'max') =>
      recorder.measure(query(metric, { where, aggregate }))
    expect(at('media.loss')).toMatchObject({ hits: 2, samples: 500, value: 0.4 })
    expect(at('media.loss', { agent: 'phone' })).toMatchObject({ hits: 0, samples: 250, value: 0 })
    expect(at('media.loss', { direction: 'to caller' }).value).toBe(0.8)
    expect(at('media.first_packet', { agent: 'browser' }).value).toBe(50)
    expect(at('media.rtt', {}, 'count').value).toBe(2)
    expect(at('media.rtt').value).toBe(3)
    expect(recorder.snapshot().media).toEqual({
      streams: 2,
      packetsSent: 500,
      packetsReceived: 496,
      packetsLost: 2,
    })
  })

  it('keeps loss at the start apart', () => {
    const recorder = started()
    const stream = streamReport({ packetsExpected: 100, packetsLost: 15, packetsLostAtStart: 10 })
    recorder.call(callRecord({ legs: [legRecord([stream])] }))
    expect(recorder.measure(query('media.loss'))).toMatchObject({ hits: 5, samples: 90 })
    expect(recorder.measure(query('media.start_loss'))).toMatchObject({ hits: 10, samples: 100, value: 10 })
  })

  it('takes early media for no wait', () => {
    const recorder = started()
    recorder.call(callRecord({ answeredMs: 1500, legs: [legRecord([streamReport({ firstPacketMs: 1200 })])] }))
    expect(recorder.measure(query('media.first_packet', { aggregate: 'max' })).value).toBe(0)
  })
})

describe('the warm-up', () => {
  it('is in the timeline and never judged', () => {
    const recorder = started({ warmupMs: 10_000 }, 500)
    recorder.call(rejectedCall(503, { intendedMs: 500 + 9_999 }))
    recorder.call(callRecord({ intendedMs: 500 + 10_000 }))
    const { calls, metrics, timeline } = recorder.snapshot()
    expect(calls).toMatchObject({ attempted: 1, failed: 0 })
    expect(recorder.measure(query('session.ser')).value).toBe(100)
    const ser = metrics.filter((series) => series.name === 'session.ser' && !('agent' in series.tags))
    expect(ser).toContainEqual(expect.objectContaining({ tags: { phase: 'warmup' }, value: 0 }))
    expect(timeline.slices.map(({ from, to }) => [from, to])).toEqual([
      [9, 10],
      [10, 11],
    ])
    expect(timeline.points.reduce((sum, point) => sum + point.failed, 0)).toBe(1)
  })

  it('does not take in what happened before load started', () => {
    const recorder = new Recorder({ warmupMs: 10_000 })
    recorders.push(recorder)
    recorder.registration(registrationRecord({ startedMs: 100, endedMs: 120 }))
    recorder.connect('wss', 'browser', 12)
    recorder.startLoad(200)
    recorder.registration(registrationRecord({ startedMs: 300, endedMs: 390, refresh: true }))
    expect(recorder.measure(query('registration.rrd', { aggregate: 'max' }))).toMatchObject({ value: 20, samples: 1 })
    expect(recorder.measure(query('transport.connect', { aggregate: 'max', where: { agent: 'browser' } })).value).toBe(
      12,
    )
  })
})

describe('windows', () => {
  const between = { fromMs: 2500, toMs: 4000 }

  it('are exact for the windows that were asked for, live and stored', () => {
    const recorder = started({ questions: [{ where: {}, between }] })
    for (const atMs of [2400, 2499.9, 2500, 3000, 3999, 4000, 9000]) recorder.call(setupOf(atMs, atMs / 10))
    const asked = query('session.setup', { aggregate: 'count', between })
    expect(recorder.measure(asked).value).toBe(3)
    expect(recorder.measure({ ...asked, aggregate: 'max' }).value).toBe(399.9)
    const stored = new StoredSource(recorder.snapshot())
    expect(stored.measure(asked).value).toBe(3)
    expect(stored.measure({ ...asked, aggregate: 'max' }).value).toBe(399.9)
  })

  it('hold ratios and counters too, and answer no data with null', () => {
    const recorder = started()
    recorder.call(rejectedCall(486, { intendedMs: 1500 }))
    recorder.count('sip.retransmissions', { method: 'INVITE' }, 3, 1600)
    recorder.count('sip.retransmissions', { method: 'INVITE' }, 4, 2600)
    const inSecond = { between: { fromMs: 1000, toMs: 2000 } }
    expect(recorder.measure(query('session.ser', inSecond)).value).toBe(0)
    expect(recorder.measure(query('sip.retransmissions', inSecond)).value).toBe(3)
    expect(recorder.measure(query('sip.retransmissions')).value).toBe(7)
    expect(recorder.measure(query('session.ser', { between: { fromMs: 5000, toMs: 6000 } })).value).toBeNull()
  })

  it('keep what comes late in the slice of its own time', () => {
    const recorder = started()
    recorder.call(setupOf(60_000, 5))
    recorder.call(setupOf(1_000, 7))
    const first = query('session.setup', { aggregate: 'max', between: { fromMs: 0, toMs: 2000 } })
    expect(recorder.measure(first).value).toBe(7)
  })

  it('never lose a call, however long the run and however far slices were joined', () => {
    const recorder = started({ maxSlices: 20, questions: [{ where: {}, between: { fromMs: 1000, toMs: 101_500 } }] })
    for (let second = 0; second < 1000; second++) recorder.call(setupOf(second * 1000, second))
    const { slices } = recorder.snapshot().timeline
    expect(slices.length).toBeLessThanOrEqual(24)
    const counts = slices.map((slice) => slice.metrics.find((each) => each.name === 'session.setup'))
    expect(counts.reduce((sum, each) => sum + (each?.kind === 'histogram' ? each.count : 0), 0)).toBe(1000)
    slices.reduce((end, slice) => {
      expect(slice.from).toBeGreaterThanOrEqual(end)
      return slice.to
    }, 0)
    const window = { fromMs: 1000, toMs: 101_500 }
    expect(recorder.measure(query('session.setup', { aggregate: 'count', between: window })).value).toBe(101)
    expect(recorder.measure(query('session.setup', { aggregate: 'max', between: window })).value).toBe(101)
  })
})

it('the snapshot of a run in progress holds the whole run and the points alone', () => {
  const recorder = started()
  recorder.attempt(100)
  recorder.call(callRecord())
  const { metrics, timeline } = recorder.snapshot('points')
  expect(metrics.every((series) => Object.keys(series.tags).length === 0)).toBe(true)
  expect(metrics).toContainEqual(expect.objectContaining({ name: 'session.ser', value: 100 }))
  expect([timeline.points.length, timeline.slices]).toEqual([1, []])
})

it('many groups of agents get fewer slices, and lose no call', () => {
  const recorder = started()
  for (let i = 0; i < 12_000; i++) recorder.call(setupOf(i * 25, 5, { caller: `group ${i % 1000}` }))
  const { slices } = recorder.snapshot().timeline
  expect(slices.length).toBeLessThanOrEqual(31)
  const setups = slices.map((slice) => slice.metrics.find((each) => each.name === 'session.setup'))
  expect(setups.reduce((sum, each) => sum + (each?.kind === 'histogram' ? each.count : 0), 0)).toBe(12_000)
})

describe('counters', () => {
  it('of the transaction layer are zero once anything was tried, and null before', () => {
    const recorder = started()
    expect(recorder.measure(query('sip.timeouts')).value).toBeNull()
    recorder.call(callRecord())
    expect(recorder.measure(query('sip.timeouts')).value).toBe(0)
    recorder.count('sip.timeouts', { method: 'BYE' }, 2)
    expect(recorder.measure(query('sip.timeouts', { where: { method: 'BYE' } })).value).toBe(2)
    expect(recorder.measure(query('sip.timeouts', { where: { method: 'INVITE' } })).value).toBe(0)
  })

  it('refuse a name of another kind, for that is a bug', () => {
    expect(() => started().count('session.ser', {}, 1)).toThrow('session.ser is a ratio')
    expect(() => started().observe('session.setup', {}, Number.NaN)).toThrow('not a number')
  })
})

describe('the live view', () => {
  it('follows calls as they begin, are answered and end', () => {
    const recorder = started({}, 1000)
    recorder.registration(registrationRecord({ startedMs: 900, endedMs: 950 }))
    for (let i = 0; i < 3; i++) recorder.attempt(1000 + i)
    recorder.established(1100)
    recorder.ended(1200)
    recorder.call(callRecord({ intendedMs: 1000 }))
    recorder.call(rejectedCall(486))
    recorder.packets(1500, 50, 49, 1)
    expect(recorder.live(3000)).toEqual({
      elapsedMs: 2000,
      attempted: 3,
      established: 1,
      concurrent: 2,
      completed: 1,
      failed: 1,
      registered: 1,
      registrationsFailed: 0,
      setup: { p50: 102, p95: 102, p99: 102 },
      failures: [{ cause: 'rejected 486', count: 1 }],
      packetsSent: 50,
      packetsReceived: 49,
      packetsLost: 1,
    })
  })

  it('thins the points of a long run without losing a count or a peak', () => {
    const recorder = started({ maxPoints: 10 })
    for (let second = 0; second < 95; second++) {
      recorder.attempt(second * 1000)
      if (second !== 40) recorder.ended(second * 1000 + 500)
    }
    const { stepSeconds, points } = recorder.snapshot().timeline
    expect(stepSeconds).toBe(16)
    expect(points.map((point) => point.t)).toEqual([0, 16, 32, 48, 64, 80])
    expect(points.reduce((sum, point) => sum + point.attempted, 0)).toBe(95)
    expect(points.map((point) => point.concurrent)).toEqual([1, 1, 2, 2, 2, 2])
  })
})
