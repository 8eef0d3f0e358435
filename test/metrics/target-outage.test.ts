import { beforeAll, describe, expect, it } from 'vitest'
import { readyHistograms } from '../../src/metrics/histogram.js'
import { Recorder } from '../../src/metrics/recorder.js'
import { TargetOutage } from '../../src/metrics/target-outage.js'
import { callRecord, registrationRecord, rejectedCall } from './records.js'

beforeAll(readyHistograms)

function outageOf(tell: (recorder: Recorder) => void) {
  const recorder = new Recorder({ warmupMs: 0 })
  recorder.startLoad(1_000)
  tell(recorder)
  const { targets } = recorder.snapshot()
  recorder.destroy()
  return targets.a?.outage
}

/** A call to target a that found nobody. */
const inVain = (intendedMs: number) =>
  callRecord({
    intendedMs,
    provisionalMs: undefined,
    finalMs: undefined,
    answeredMs: undefined,
    status: 0,
    outcome: 'timeout',
  })

describe('a target is down', () => {
  it('from the first call without an answer until the first with one, in seconds of load', () => {
    const outage = outageOf((recorder) => {
      recorder.call(callRecord({ intendedMs: 2_000 }))
      for (const ms of [11_000, 12_000, 13_000]) recorder.call(inVain(ms))
      for (const ms of [14_000, 15_000]) recorder.call(callRecord({ intendedMs: ms }))
    })
    expect(outage).toEqual({ fromMs: 10_002, toMs: 13_032 })
  })

  it('whatever the order in which its calls end', () => {
    const outage = outageOf((recorder) => {
      recorder.call(callRecord({ intendedMs: 15_000 }))
      recorder.call(inVain(12_000))
      recorder.call(callRecord({ intendedMs: 2_000 }))
      recorder.call(callRecord({ intendedMs: 16_000 }))
      recorder.call(inVain(11_000))
    })
    expect(outage?.fromMs).toBe(10_002)
    expect(outage?.toMs).toBe(15_032)
  })

  it('when an agent turns away from it, and until one is registered with it again', () => {
    const outage = outageOf((recorder) => {
      recorder.targets.failed('a', 5_000)
      recorder.registration(registrationRecord({ target: 'a', startedMs: 6_000, endedMs: 8_000, ok: false, status: 0 }))
      recorder.registration(registrationRecord({ target: 'b', startedMs: 7_000, endedMs: 7_020 }))
      recorder.registration(registrationRecord({ target: 'a', startedMs: 9_000, endedMs: 9_020 }))
    })
    expect(outage).toEqual({ fromMs: 4_000, toMs: 8_020 })
  })

  it('while it answers 503, and not when it refuses a call otherwise', () => {
    expect(outageOf((recorder) => recorder.call(rejectedCall(486)))).toBeUndefined()
    expect(outageOf((recorder) => recorder.call(rejectedCall(503)))).toMatchObject({ toMs: undefined })
  })

  it('not because of a call that came in from it', () => {
    expect(outageOf((recorder) => recorder.call({ ...inVain(2_000), incoming: true }))).toBeUndefined()
  })
})

it('an answer from before the failure ends nothing', () => {
  const outage = new TargetOutage()
  outage.failed(10)
  outage.answered(5)
  expect(outage.outage).toEqual({ fromMs: 10, toMs: undefined })
  outage.answered(30)
  outage.answered(20)
  expect(outage.outage?.toMs).toBe(20)
  outage.failed(25)
  expect(outage.outage?.toMs).toBeUndefined()
})
