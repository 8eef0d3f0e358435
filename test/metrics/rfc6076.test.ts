import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readyHistograms } from '../../src/metrics/histogram.js'
import { Recorder } from '../../src/metrics/recorder.js'
import type { CallRecord } from '../../src/model/record.js'
import { callRecord, registrationRecord, rejectedCall } from './records.js'

let recorder: Recorder

beforeAll(readyHistograms)
beforeEach(() => {
  recorder = new Recorder({ warmupMs: 0 })
  recorder.startLoad(0)
})
afterEach(() => recorder.destroy())

const measure = (metric: string, aggregate: 'value' | 'mean' | 'count' | 'max' = 'value') =>
  recorder.measure({ metric, aggregate, where: {}, between: undefined }).value

const times = (count: number, make: () => CallRecord) => {
  for (let i = 0; i < count; i++) recorder.call(make())
}

describe('RFC 6076 4.6 to 4.9 over the 100 INVITEs of the methodology', () => {
  beforeEach(() => {
    times(78, () => callRecord())
    times(2, () => callRecord({ byeAnsweredMs: undefined, outcome: 'bye-failed' }))
    times(5, () => rejectedCall(302))
    times(4, () => rejectedCall(486))
    times(2, () => rejectedCall(480))
    times(3, () => rejectedCall(503))
    times(1, () => rejectedCall(408))
    times(5, () => rejectedCall(404))
  })

  it.each([
    ['session.ser', 84.2105],
    ['session.seer', 90.5263],
    ['session.isa', 4],
    ['session.scr', 78],
  ])('%s is %d %%', (metric, expected) => {
    expect(measure(metric)).toBeCloseTo(expected, 4)
  })

  it('counts calls by outcome and status', () => {
    expect(recorder.snapshot().calls).toEqual({
      attempted: 100,
      established: 80,
      completed: 78,
      failed: 22,
      byOutcome: { completed: 78, rejected: 20, 'bye-failed': 2 },
      byStatus: { 200: 80, 302: 5, 404: 5, 408: 1, 480: 2, 486: 4, 503: 3 },
      failures: {
        'rejected 302': 5,
        'rejected 404': 5,
        'rejected 408': 1,
        'rejected 480': 2,
        'rejected 486': 4,
        'rejected 503': 3,
        'bye-failed': 2,
      },
    })
  })
})

it('a rejection that the flow asked for is no failure, and no establishment either', () => {
  recorder.call(rejectedCall(486, { asMeant: true }))
  recorder.call(callRecord({ outcome: 'interrupted', asMeant: false }))
  expect(recorder.snapshot().calls).toMatchObject({ attempted: 2, failed: 0, failures: {} })
  expect(measure('session.ser')).toBe(50)
})

describe('a ratio whose denominator is 0 is undefined', () => {
  it.each(['session.ser', 'session.seer', 'session.isa', 'session.scr', 'registration.ira', 'media.loss'])(
    '%s of an empty run is null',
    (metric) => {
      expect(measure(metric)).toBeNull()
      const series = recorder.snapshot().metrics.find((each) => each.name === metric)
      expect(series).toMatchObject({ tags: {}, numerator: 0, denominator: 0, value: null })
    },
  )

  it('SER of redirections alone is null', () => {
    recorder.call(rejectedCall(302))
    expect(measure('session.ser')).toBeNull()
    expect(measure('session.scr')).toBe(0)
  })
})

describe('which attempts count', () => {
  const ended = { answeredMs: undefined, byeSentMs: undefined, byeAnsweredMs: undefined, provisionalMs: undefined }
  const none = { ...ended, finalMs: undefined, status: 0 }
  it.each<[string, CallRecord, (number | null)[]]>([
    ['a timeout counts as 408 (RFC 3261 8.1.3.1)', callRecord({ ...none, outcome: 'timeout' }), [0, 0, 100, 0]],
    ['a transport failure counts as 503', callRecord({ ...none, outcome: 'transport' }), [0, 0, 100, 0]],
    [
      'a refused connection, with no INVITE sent, is an attempt all the same',
      callRecord({ ...none, inviteMs: undefined, outcome: 'transport' }),
      [0, 0, 100, 0],
    ],
    ['486 is an effect of the user', rejectedCall(486), [0, 100, 0, 0]],
    ['600 is an effect of the user', rejectedCall(600), [0, 100, 0, 0]],
    ['603 is an effect of the user', rejectedCall(603), [0, 100, 0, 0]],
    ['407 that credentials did not satisfy is no effect of the user', rejectedCall(407), [0, 0, 0, 0]],
    ['420 is no effect of the user', rejectedCall(420), [0, 0, 0, 0]],
    ['504 is ineffective', rejectedCall(504), [0, 0, 100, 0]],
    ['502 is not in the list of 4.8', rejectedCall(502), [0, 0, 0, 0]],
    [
      'a call that the far side ended by BYE is complete',
      callRecord({ byeSentMs: undefined, byeAnsweredMs: undefined, byeReceivedMs: 3000, outcome: 'dropped' }),
      [100, 100, 0, 100],
    ],
    ['a flow without a call is no session attempt', callRecord({ ...none, exchange: true }), [null, null, null, null]],
    [
      'an attempt cut by the end of the run says nothing',
      callRecord({ ...none, outcome: 'interrupted' }),
      [null, null, null, null],
    ],
    [
      'an established call cut by the end of the run is established, and neither complete nor failed',
      callRecord({ byeSentMs: undefined, byeAnsweredMs: undefined, outcome: 'interrupted' }),
      [100, 100, 0, null],
    ],
  ])('%s', (_, call, expected) => {
    recorder.call(call)
    const metrics = ['session.ser', 'session.seer', 'session.isa', 'session.scr']
    expect(metrics.map((metric) => measure(metric))).toEqual(expected)
  })
})

describe('delays', () => {
  const failed = { answeredMs: undefined, byeSentMs: undefined, byeAnsweredMs: undefined }
  it.each<[string, CallRecord, Record<string, number | null>]>([
    [
      '4.3.1 ends SRD at the first provisional response; setup starts at the intended time',
      callRecord(),
      { 'session.srd': 30, 'session.setup': 102, 'schedule.lag': 2, 'session.srd_failed': null },
    ],
    [
      '4.3.1 ends SRD at the 200 when nothing came before',
      callRecord({ provisionalMs: undefined }),
      { 'session.srd': 100 },
    ],
    [
      '4.3.2 keeps failed attempts apart',
      rejectedCall(486),
      { 'session.srd': null, 'session.setup': null, 'session.srd_failed': 100 },
    ],
    [
      '4.3.2 ends at a provisional response too',
      rejectedCall(480, { provisionalMs: 1052 }),
      { 'session.srd_failed': 50 },
    ],
    ['4.3.2 does not take a challenge for a failure', rejectedCall(401), { 'session.srd_failed': null }],
    ['4.3.2 does not take a redirection for a failure', rejectedCall(302), { 'session.srd_failed': null }],
    [
      '4.3.2 has nothing to measure when no response came',
      callRecord({ ...failed, status: 0, finalMs: undefined, provisionalMs: undefined, outcome: 'timeout' }),
      { 'session.srd_failed': null },
    ],
    [
      '4.3.2 measures a call that rang and was never answered',
      callRecord({ ...failed, status: 0, finalMs: undefined, outcome: 'timeout' }),
      { 'session.srd_failed': 30 },
    ],
    ['4.4 ends SDD at the 2xx of the BYE, 4.5 SDT at the BYE', callRecord(), { 'session.sdd': 8, 'session.sdt': 5 }],
    [
      '4.4 and 4.5.1 leave Timer F out',
      callRecord({ byeAnsweredMs: undefined, outcome: 'bye-failed' }),
      { 'session.sdd': null, 'session.sdt': null },
    ],
    [
      '4.5 ends SDT at a BYE received',
      callRecord({ byeSentMs: undefined, byeAnsweredMs: undefined, byeReceivedMs: 4102 }),
      { 'session.sdd': null, 'session.sdt': 3 },
    ],
    ['4.5 takes the earlier of two BYEs that crossed', callRecord({ byeReceivedMs: 6002 }), { 'session.sdt': 4.9 }],
    [
      '4.5 leaves calls with early media alone out',
      rejectedCall(480, { provisionalMs: 1040 }),
      { 'session.sdt': null },
    ],
  ])('%s', (_, call, expected) => {
    recorder.call(call)
    for (const [metric, value] of Object.entries(expected))
      expect([metric, measure(metric, 'max')]).toEqual([metric, value])
  })
})

describe('RFC 6076 4.1 and 4.2', () => {
  it.each([
    [200, true, 0],
    [401, false, 0],
    [402, false, 0],
    [407, false, 0],
    [302, false, 0],
    [403, false, 100],
    [503, false, 100],
    [600, false, 100],
    [0, false, 100],
  ])('a registration that ended %d (ok %s) gives an IRA of %d %%', (status, ok, expected) => {
    recorder.registration(registrationRecord({ status, ok }))
    expect(measure('registration.ira')).toBe(expected)
    expect(measure('registration.rrd', 'count')).toBe(ok ? 1 : 0)
  })

  it('RRD spans the authentication', () => {
    recorder.registration(registrationRecord({ startedMs: 100, endedMs: 143.5 }))
    expect(measure('registration.rrd', 'max')).toBe(43.5)
  })
})
