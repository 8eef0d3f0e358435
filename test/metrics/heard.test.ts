import { beforeAll, describe, expect, it } from 'vitest'
import { heardOf } from '../../src/metrics/definitions/heard.js'
import { readyHistograms } from '../../src/metrics/histogram.js'
import { Recorder } from '../../src/metrics/recorder.js'
import { usualHearing } from '../../src/model/hearing-limits.js'
import type { CallRecord, LegRecord } from '../../src/model/record.js'
import { callRecord, legRecord, rejectedCall, streamReport } from './records.js'

const leg = (packetsSent: number, packetsReceived: number, role: LegRecord['role'] = 'caller'): LegRecord =>
  legRecord([streamReport({ packetsSent, packetsReceived })], { role })

/** A call between two of our phones: what each sent and received. */
const between = (caller: [number, number], callee: [number, number], changes: Partial<CallRecord> = {}): CallRecord =>
  callRecord({ legs: [leg(...caller), leg(...callee, 'callee')], ...changes })

/** With a far side that is not ours. */
const alone = (sent: number, received: number, changes: Partial<CallRecord> = {}): CallRecord =>
  callRecord({ legs: [leg(sent, received)], ...changes })

const short = { byeSentMs: 1500 }

describe('what a call heard, by the flow of packets', () => {
  it.each([
    ['packets came in both directions', between([250, 250], [250, 250]), 'unjudged'],
    ['some were lost on both ways', between([250, 3], [250, 1]), 'unjudged'],
    ['the callee received nothing', between([250, 250], [250, 0]), 'one-way'],
    ['the caller received nothing', between([250, 0], [250, 250]), 'one-way'],
    ['neither received anything', between([250, 0], [250, 0]), 'silent'],
    ['hardly anything was sent before the end', between([24, 0], [24, 0]), 'unjudged'],
    ['the callee had to be silent', between([250, 0], [0, 250]), 'unjudged'],
    ['one was silent and the other not heard', between([250, 0], [0, 0]), 'unjudged'],
    ['a far side that is not ours was heard', alone(250, 250), 'unjudged'],
    ['a far side that is not ours sent nothing', alone(250, 0), 'one-way'],
    ['a far side that is not ours had no time to send', alone(20, 0, short), 'unjudged'],
    ['we sent nothing to a far side that sent nothing', alone(0, 0), 'unjudged'],
    ['there was no media', callRecord(), undefined],
    ['it was not answered', rejectedCall(486, { legs: [leg(0, 0)] }), undefined],
    [
      'two streams followed each other',
      callRecord({ legs: [legRecord([streamReport(), streamReport()])] }),
      'unjudged',
    ],
  ])('%s', (_, call, heard) => {
    expect(heardOf(call, usualHearing)?.heard).toBe(heard)
  })
})

describe('the counters of what was heard', () => {
  beforeAll(() => readyHistograms())

  const value = (recorder: Recorder, metric: string, where: Record<string, string> = {}): number | null =>
    recorder.measure({ metric, aggregate: 'value', where, between: undefined }).value

  it('are null without media and zero with it', () => {
    const recorder = new Recorder({ warmupMs: 0 })
    recorder.startLoad(0)
    recorder.call(callRecord())
    expect(value(recorder, 'media.calls')).toBeNull()
    expect(value(recorder, 'media.one_way_calls')).toBeNull()
    recorder.call(between([250, 250], [250, 250]))
    expect(value(recorder, 'media.calls')).toBe(1)
    expect(value(recorder, 'media.calls', { heard: 'one-way' })).toBe(0)
    expect(value(recorder, 'media.one_way_calls')).toBe(0)
    expect(value(recorder, 'media.silent_calls')).toBe(0)
    expect(value(recorder, 'media.cross_talk_calls')).toBe(0)
    recorder.destroy()
  })

  it('count each call with media once, by its verdict and as those that are gated', () => {
    const recorder = new Recorder({ warmupMs: 0 })
    recorder.startLoad(0)
    for (let i = 0; i < 5; i++) recorder.call(between([250, 250], [250, 250]))
    for (let i = 0; i < 3; i++) recorder.call(between([250, 250], [250, 0]))
    recorder.call(between([250, 0], [250, 0]))
    expect(value(recorder, 'media.calls')).toBe(9)
    expect(value(recorder, 'media.calls', { heard: 'unjudged' })).toBe(5)
    expect(value(recorder, 'media.calls', { heard: 'one-way' })).toBe(3)
    expect(value(recorder, 'media.calls', { heard: 'silent' })).toBe(1)
    expect(value(recorder, 'media.one_way_calls', { agent: 'browser' })).toBe(3)
    expect(value(recorder, 'media.silent_calls')).toBe(1)
    recorder.destroy()
  })

  it('leave the warm-up out', () => {
    const recorder = new Recorder({ warmupMs: 5000 })
    recorder.startLoad(0)
    recorder.call(between([250, 250], [250, 0], { intendedMs: 1000 }))
    expect(value(recorder, 'media.one_way_calls')).toBeNull()
    recorder.destroy()
  })
})
