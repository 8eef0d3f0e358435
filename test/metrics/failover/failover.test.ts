import { beforeAll, describe, expect, it } from 'vitest'
import { readyHistograms } from '../../../src/metrics/histogram.js'
import { DrillBench, faultAt, heard, inVain, ladder, leg, registration, talk } from './drill-bench.js'

beforeAll(readyHistograms)

const intervalMs = 200

/** A call every 200 ms for a minute; those of `outage` find nobody. */
function outageOf(fromMs: number, toMs: number): DrillBench {
  const bench = new DrillBench()
  bench.recorder.fault(faultAt(20_000))
  for (let n = 0; n * intervalMs < 60_000; n++) {
    const startMs = n * intervalMs
    const isOut = startMs >= fromMs && startMs < toMs
    bench.recorder.call(isOut ? inVain(n, startMs) : talk(n, startMs, startMs + 1_000))
  }
  return bench.settle()
}

describe('the signalling outage', () => {
  it('of 3.0 s is told as 3.0 s within one call interval', () => {
    const bench = outageOf(20_000, 23_000)
    const outageMs = bench.value('failover.signalling_outage', 'max') ?? 0
    expect(Math.abs(outageMs - 3_000)).toBeLessThanOrEqual(intervalMs + 1)
    expect(bench.ratio('failover.failed_calls')).toBe('15 of 16')
    expect(bench.value('failover.recovery', 'max')).toBeCloseTo(3_000, 0)
    expect(bench.value('failover.signalling_outage', 'max', { fault: 'kill a' })).toBe(outageMs)
    expect(bench.value('failover.signalling_outage', 'max', { fault: 'other' })).toBeNull()
  })

  it('without a failed call is the pause between two calls', () => {
    const bench = outageOf(0, 0)
    expect(bench.value('failover.signalling_outage', 'count')).toBe(1)
    expect(bench.value('failover.signalling_outage', 'max')).toBeCloseTo(intervalMs, 0)
    expect(bench.ratio('failover.failed_calls')).toBe('0 of 1')
  })

  it('with a pause between failures goes on as long as the fault, and recovery comes after the last of them', () => {
    const bench = new DrillBench()
    bench.recorder.fault(faultAt(20_000, { endMs: 40_000 }))
    for (let n = 0; n < 300; n++) {
      const startMs = n * intervalMs
      const isOut = [20_000, 27_000, 39_000, 50_000].includes(startMs)
      bench.recorder.call(isOut ? inVain(n, startMs) : talk(n, startMs, startMs + 1_000))
    }
    bench.settle()
    // The fourth, 10 s after the fault, is of something else.
    expect(bench.ratio('failover.failed_calls')).toBe('3 of 97')
    expect(bench.value('failover.recovery', 'max')).toBeCloseTo(19_200, -1)
  })

  it('that never ends lasts at least to the end of the run', () => {
    const bench = outageOf(20_000, 60_000)
    expect(bench.value('failover.signalling_outage', 'max')).toBeGreaterThan(270_000)
    expect(bench.figures()[0]?.outcome.recoveredAfter).toBeNull()
    expect(bench.ratio('failover.failed_calls')).toBe('200 of 200')
  })

  it('takes a call that waited for an answer until the run ended for one in vain, unless that was soon', () => {
    const bench = new DrillBench()
    bench.recorder.fault(faultAt(20_000))
    const waited = (number: number, startMs: number, endedMs: number) =>
      inVain(number, startMs, { outcome: 'interrupted', endedMs, asMeant: false })
    bench.recorder.call(talk(0, 19_000, 19_500))
    bench.recorder.call(waited(1, 21_000, 60_000))
    bench.recorder.call(waited(2, 59_000, 60_000))
    bench.recorder.call(talk(3, 22_000, 23_000))
    bench.settle()
    expect(bench.ratio('failover.failed_calls')).toBe('1 of 2')
  })

  it('tells a delay apart from a failure', () => {
    const bench = new DrillBench()
    bench.recorder.fault(faultAt(20_000))
    for (let n = 0; n < 300; n++) {
      const startMs = n * intervalMs
      const late = startMs >= 20_000 && startMs < 21_000
      const answeredMs = startMs + (late ? 4_000 : 50)
      bench.recorder.call(talk(n, startMs, startMs + 6_000, { answeredMs }))
    }
    bench.settle()
    expect(bench.ratio('failover.delayed_calls')).toBe('5 of 6')
    expect(bench.ratio('failover.failed_calls')).toBe('0 of 6')
    expect(bench.value('failover.recovery', 'max')).toBeCloseTo(1_000, 0)
  })
})

describe('calls in progress at a fault', () => {
  const fault = 10_000
  const endMs = 100_000

  it('keep their audio, recover it, lose it, stand up silent, or are dropped: each is counted once', () => {
    const bench = new DrillBench()
    bench.recorder.fault(faultAt(fault))
    const audio = (...streams: ReturnType<typeof heard>[]) => ({ legs: [leg('1001', 'caller', ...streams)] })
    const cases = [
      talk(0, 1_000, endMs, audio(heard(1_060, endMs - 10))),
      talk(1, 1_000, endMs, audio(heard(1_060, endMs - 10, [[fault + 1_500, 1_500]]))),
      talk(2, 1_000, fault + 30_000, audio(heard(1_060, fault))),
      talk(3, 1_000, endMs, audio(heard(1_060, fault))),
      talk(8, 1_000, fault + 20_000, {
        outcome: 'bye-failed',
        asMeant: false,
        ladder: ladder([fault + 20_000, 'sent BYE'], [fault + 20_010, 'received 500 Server Error (BYE)']),
        ...audio(heard(1_060, fault)),
      }),
      talk(4, 1_000, fault + 4_000, { outcome: 'dropped', asMeant: false, ...audio(heard(1_060, fault)) }),
      talk(5, 1_000, fault + 20_000, {
        outcome: 'bye-failed',
        asMeant: false,
        ladder: ladder([fault + 20_000, 'sent BYE']),
        ...audio(heard(1_060, fault)),
      }),
      // Over before, and begun after: of no concern.
      talk(6, 1_000, fault - 1, audio(heard(1_060, fault - 10))),
      talk(7, fault + 1, endMs, audio(heard(fault + 60, endMs - 10))),
    ]
    for (const call of cases) bench.recorder.call(call)
    bench.settle()
    for (const [name, hits] of [
      ['kept', 1],
      ['recovered', 1],
      ['zombie', 1],
      ['dropped', 3],
    ]) {
      expect(bench.ratio(`failover.${name}_calls`), `${name}`).toBe(`${hits} of 7`)
    }
    const [figures] = bench.figures()
    expect(figures?.outcome.calls).toEqual({ inProgress: 7, kept: 1, recovered: 1, lost: 1, zombie: 1, dropped: 3 })
    expect(figures?.outcome.endings).toEqual({ dropped: 1, 'bye-failed': 2 })
    expect(figures?.outcome.worst.map(({ call }) => call)).toEqual([8, 4, 5, 3, 2, 1])
    expect(figures?.measures['failover.dropped_calls']).toBeCloseTo(42.857, 2)
  })

  it('have a media gap of its own size, the silence of dropped calls left out, and nothing of other causes', () => {
    const bench = new DrillBench()
    bench.recorder.fault(faultAt(fault, { endMs: fault + 2_000 }))
    const both = (caller: ReturnType<typeof heard>, callee: ReturnType<typeof heard>) => ({
      legs: [leg('1001', 'caller', caller), leg('2001', 'callee', callee)],
    })
    bench.recorder.call(
      talk(
        0,
        1_000,
        endMs,
        both(
          heard(1_060, endMs, [
            [5_000, 900],
            [fault + 1_504, 1_500],
          ]),
          heard(1_060, endMs, [[fault + 700, 690]]),
        ),
      ),
    )
    bench.recorder.call(
      talk(1, 1_000, 30_000, { outcome: 'dropped', asMeant: false, ...both(heard(1_060, fault), heard(1_060, fault)) }),
    )
    bench.settle()
    expect(bench.value('failover.media_gap', 'max')).toBeCloseTo(1_500, -1)
    expect(bench.value('failover.media_gap', 'count')).toBe(4)
    const [figures] = bench.figures()
    expect(figures?.measures['failover.media_gap']).toBe(1_500)
    expect(figures?.measures['failover.media_gap p50']).toBe(3)
  })

  it('are not hit by what happens long after the fault, nor by the moment in which BYE and audio cross', () => {
    const bench = new DrillBench()
    bench.recorder.fault(faultAt(fault, { endMs: fault + 1_000 }))
    const late = heard(1_060, 200_000, [[150_000, 5_000]])
    bench.recorder.call(talk(0, 1_000, 200_000, { legs: [leg('1001', 'caller', late)] }))
    bench.recorder.call(talk(1, 1_000, 20_000, { legs: [leg('1001', 'caller', heard(1_060, 19_100))] }))
    bench.settle()
    expect(bench.ratio('failover.kept_calls')).toBe('2 of 2')
  })

  it('without audio are dropped when nobody answers their BYE, and kept when somebody does', () => {
    const bench = new DrillBench()
    bench.recorder.fault(faultAt(fault))
    const orphan = { outcome: 'bye-failed', asMeant: false } as const
    bench.recorder.call(talk(0, 1_000, 20_000, { ...orphan, ladder: ladder([20_000, 'sent BYE']) }))
    const gone = ladder([20_000, 'sent BYE'], [20_010, 'received 481 Call Does Not Exist (BYE)'])
    bench.recorder.call(talk(1, 1_000, 20_000, { ...orphan, ladder: gone }))
    bench.recorder.call(talk(2, 1_000, 20_000))
    bench.settle()
    expect(bench.ratio('failover.dropped_calls')).toBe('2 of 3')
    expect(bench.ratio('failover.orphaned_requests')).toBe('2 of 3')
  })

  it('have requests that are repeated with credentials, and others before the fault: they count once and not at all', () => {
    const bench = new DrillBench()
    bench.recorder.fault(faultAt(fault))
    const steps = ladder(
      [5_000, 'sent INVITE'],
      [5_010, 'received 200 OK (INVITE)'],
      [5_011, 'sent ACK'],
      [12_000, 'sent INVITE'],
      [12_005, 'sent INVITE'],
      [12_010, 'received 408 Request Timeout (INVITE)'],
      [20_000, 'sent BYE'],
      [20_005, 'received 200 OK (BYE)'],
    )
    bench.recorder.call(talk(0, 1_000, 20_000, { ladder: steps }))
    bench.settle()
    expect(bench.ratio('failover.orphaned_requests')).toBe('1 of 2')
  })

  it('are zombies after as long as the scenario says', () => {
    const bench = new DrillBench()
    bench.recorder.fault(faultAt(fault))
    bench.recorder.call(talk(0, 1_000, fault + 4_000, { legs: [leg('1001', 'caller', heard(1_060, fault))] }))
    bench.settle(60_000, 3_000)
    expect(bench.ratio('failover.zombie_calls')).toBe('1 of 1')
  })

  it('may change their SSRC, and their SRTP may fail', () => {
    const bench = new DrillBench()
    bench.recorder.fault(faultAt(fault))
    const stream = { ...heard(1_060, endMs), sourceChanges: 1, srtpSuite: 'AES_CM_128_HMAC_SHA1_80' as const }
    const secure = { ...stream, packetsReceived: 90, packetsUnauthenticated: 10 }
    bench.recorder.call(talk(0, 1_000, endMs, { legs: [leg('1001', 'caller', secure, heard(1_060, endMs))] }))
    bench.settle()
    expect(bench.ratio('failover.source_changes')).toBe('1 of 2')
    expect(bench.ratio('failover.srtp_failures')).toBe('10 of 100')
  })
})

describe('agents at a fault', () => {
  it('are detected, registered again one by one, and all together; their storm has a peak', () => {
    const bench = new DrillBench()
    for (let n = 0; n < 10; n++) bench.recorder.registration(registration({ agent: `${n}`, endedMs: 20 }))
    bench.recorder.fault(faultAt(10_000))
    for (let n = 0; n < 8; n++)
      bench.recorder.drill.log?.notice('loss', { group: 'browser', agent: `${n}`, atMs: 10_050 })
    bench.recorder.drill.log?.notice('switch', { group: 'browser', agent: '8', atMs: 10_400 })
    // Of an agent that never was registered nothing is lost.
    bench.recorder.drill.log?.notice('loss', { group: 'browser', agent: 'stranger', atMs: 10_050 })
    for (let n = 0; n < 9; n++) {
      const startedMs = 11_000 + n * 100
      bench.recorder.registration(registration({ agent: `${n}`, startedMs, endedMs: startedMs + 20 }))
      bench.recorder.connect('wss', 'browser', 5, startedMs)
    }
    bench.settle()
    expect(bench.value('failover.detection', 'max')).toBeCloseTo(400, 0)
    expect(bench.value('failover.registrations_lost')).toBe(9)
    expect(bench.ratio('failover.registrations_regained')).toBe('9 of 9')
    expect(bench.value('failover.reregistration', 'min')).toBeCloseTo(1_020, 0)
    expect(bench.value('failover.all_registered', 'max')).toBeCloseTo(1_820, -1)
    expect(bench.value('failover.registration_peak')).toBe(9)
    expect(bench.value('failover.connection_peak')).toBe(9)
  })

  it('that do not come back are counted, and the time until all are back is unknown', () => {
    const bench = new DrillBench()
    bench.recorder.registration(registration({ agent: '1', endedMs: 20 }))
    bench.recorder.registration(registration({ agent: '2', endedMs: 20 }))
    bench.recorder.fault(faultAt(10_000))
    bench.recorder.drill.log?.notice('loss', { group: 'browser', agent: '1', atMs: 10_050 })
    bench.recorder.registration(registration({ agent: '2', startedMs: 11_000, endedMs: 12_000, ok: false, status: 0 }))
    bench.recorder.registration(registration({ agent: '2', startedMs: 13_000, endedMs: 13_010 }))
    bench.settle()
    expect(bench.ratio('failover.registrations_regained')).toBe('1 of 2')
    expect(bench.value('failover.all_registered', 'max')).toBeNull()
  })

  it('that one fault has cost their registration are not lost again to the next, and come back after it', () => {
    const bench = new DrillBench()
    for (const agent of ['1', '2']) bench.recorder.registration(registration({ agent, endedMs: 20 }))
    bench.recorder.fault(faultAt(10_000))
    bench.recorder.fault(faultAt(15_000, { id: 1, name: 'kill b' }))
    bench.recorder.drill.log?.notice('loss', { group: 'browser', agent: '1', atMs: 10_050 })
    bench.recorder.registration(registration({ agent: '1', startedMs: 14_000, endedMs: 16_000, ok: false, status: 0 }))
    bench.recorder.drill.log?.notice('loss', { group: 'browser', agent: '2', atMs: 15_050 })
    for (const agent of ['1', '2'])
      bench.recorder.registration(registration({ agent, startedMs: 18_000, endedMs: 18_010 }))
    bench.settle()
    expect(bench.figures().map(({ measures }) => measures['failover.registrations_lost'])).toEqual([1, 1])
    expect(bench.value('failover.registrations_lost')).toBe(2)
    expect(bench.figures().map(({ measures }) => measures['failover.all_registered'])).toEqual([8_010, 3_010])
    expect(bench.ratio('failover.registrations_regained')).toBe('2 of 2')
  })

  it('obey a Retry-After or do not', () => {
    const bench = new DrillBench()
    bench.recorder.fault(faultAt(10_000))
    const refused = { ok: false, status: 503, target: 'a', retryAfterSeconds: 5 }
    for (const agent of ['1', '2']) {
      bench.recorder.registration(registration({ agent, startedMs: 11_000, endedMs: 11_010, ...refused }))
    }
    bench.recorder.registration(registration({ agent: '1', target: 'a', startedMs: 16_100, endedMs: 16_110 }))
    bench.recorder.registration(registration({ agent: '2', target: 'a', startedMs: 12_000, endedMs: 12_010 }))
    bench.settle()
    expect(bench.value('failover.registrations_refused')).toBe(2)
    expect(bench.ratio('failover.retry_after_obeyed')).toBe('1 of 2')
  })
})

it('a BYE that is the last act of a call that is given up has no answer to miss', () => {
  const bench = new DrillBench()
  bench.recorder.fault(faultAt(20_000))
  const given = { outcome: 'media' as const, asMeant: false, byeSentMs: 25_000, endedMs: 25_001 }
  bench.recorder.call(talk(0, 10_000, 25_000, { ladder: ladder([25_000, 'sent BYE']), ...given }))
  const refused = { ...given, outcome: 'bye-failed' as const }
  bench.recorder.call(talk(1, 10_000, 25_000, { ladder: ladder([25_000, 'sent BYE']), ...refused }))
  bench.settle()
  expect(bench.ratio('failover.orphaned_requests')).toBe('1 of 1')
})

it('a call whose BYE nobody answers may be stuck at the gateway; one of which somebody heard is not', () => {
  const bench = new DrillBench()
  bench.recorder.fault(faultAt(20_000))
  const hungUp = (number: number, ...answers: [number, string][]) =>
    talk(number, 10_000, 25_000, { ladder: ladder([25_000, 'sent BYE'], ...answers), endedMs: 57_000 })
  bench.recorder.call(hungUp(0, [25_010, 'received 200 OK (BYE)']))
  bench.recorder.call(hungUp(1, [25_010, 'received 481 Gone (BYE)']))
  bench.recorder.call(hungUp(2))
  bench.recorder.call(hungUp(3, [31_000, 'received 408 Request Timeout (BYE)']))
  // The end of the run has cut it.
  bench.recorder.call(talk(4, 10_000, 25_000, { ladder: ladder([25_000, 'sent BYE']), outcome: 'interrupted' }))
  bench.settle()
  expect(bench.ratio('failover.unreleased_calls')).toBe('2 of 4')
})

it('a fault that could not be made is not measured, and ends no other', () => {
  const bench = new DrillBench()
  bench.recorder.fault(faultAt(20_000))
  bench.recorder.fault(faultAt(21_000, { id: 1, name: 'kill b', made: false, problem: 'it could not be made: no' }))
  for (let n = 0; n < 300; n++) {
    const startMs = n * intervalMs
    const isOut = startMs >= 20_000 && startMs < 24_000
    bench.recorder.call(isOut ? inVain(n, startMs) : talk(n, startMs, startMs + 1_000))
  }
  bench.settle()
  expect(bench.figures().map(({ id }) => id)).toEqual([0])
  expect(bench.ratio('failover.failed_calls')).toBe('20 of 21')
  expect(bench.value('failover.recovery', 'max', { fault: 'kill b' })).toBeNull()
})

it('figures of two faults stand by themselves, and the whole is all of them', () => {
  const bench = new DrillBench()
  bench.recorder.fault(faultAt(20_000))
  bench.recorder.fault(faultAt(40_000, { id: 1, name: 'kill b' }))
  for (let n = 0; n < 300; n++) {
    const startMs = n * intervalMs
    const isOut = (startMs >= 20_000 && startMs < 21_000) || (startMs >= 40_000 && startMs < 44_000)
    bench.recorder.call(isOut ? inVain(n, startMs) : talk(n, startMs, startMs + 1_000))
  }
  bench.settle()
  expect(bench.ratio('failover.failed_calls', { fault: 'kill a' })).toBe('5 of 6')
  expect(bench.ratio('failover.failed_calls', { fault: 'kill b' })).toBe('20 of 21')
  expect(bench.ratio('failover.failed_calls')).toBe('25 of 27')
  expect(bench.value('failover.recovery', 'max', { fault: 'kill a' })).toBeCloseTo(1_000, 0)
})
