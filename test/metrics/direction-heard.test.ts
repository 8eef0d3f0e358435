import { describe, expect, it } from 'vitest'
import { type CallHeard, heardOf, hearingDefinitions } from '../../src/metrics/definitions/heard.js'
import { oneWayDelay } from '../../src/metrics/definitions/quality.js'
import { usualHearing } from '../../src/model/hearing-limits.js'
import type { CallRecord, Hearing, StreamReport, Voice } from '../../src/model/record.js'
import { callRecord, hearing, legRecord, streamReport } from './records.js'

const voice = (sender: number, delayMs = 30, marks = 3): Voice => ({
  sender,
  marks,
  firstMs: 1140,
  lastMs: 5000,
  delaysMs: Array.from({ length: marks }, () => delayMs),
})

const callers = 40
const callees = 41

/** What a side of a clean call said and heard: the other side, 30 ms late. */
const said = (sender: number, heard: readonly Voice[], changes: Partial<Hearing> = {}): Hearing =>
  hearing({
    sender,
    marksSent: 3,
    spokenFromMs: 1105,
    spokenToMs: 6100,
    ownSilenceMs: 260,
    listenedMs: 5000,
    coverage: 1,
    audibleMs: 4200,
    firstAudibleMs: 1135,
    longestSilenceMs: 260,
    voices: heard,
    ...changes,
  })

interface Sides {
  readonly caller?: Partial<Hearing>
  readonly callee?: Partial<Hearing>
  readonly callerStream?: Partial<StreamReport>
  readonly call?: Partial<CallRecord>
}

function call({ caller, callee, callerStream, call: changes }: Sides = {}): CallRecord {
  const one = streamReport({ hearing: said(callers, [voice(callees)], caller), ...callerStream })
  const two = streamReport({ hearing: said(callees, [voice(callers)], callee) })
  return callRecord({ legs: [legRecord([one]), legRecord([two], { role: 'callee' })], ...changes })
}

const stranger = voice(96)
const nothing = { voices: [] }

describe('what a call heard, by the marks in its audio', () => {
  it.each<[string, CallRecord, Partial<CallHeard>]>([
    ['both sides heard each other', call(), { heard: 'heard', direction: 'both' }],
    [
      'the callee heard somebody else',
      call({ callee: { voices: [stranger] } }),
      { heard: 'cross-talk', direction: 'callee' },
    ],
    [
      'the caller heard somebody else besides the callee',
      call({ caller: { voices: [voice(callees), stranger] } }),
      { heard: 'cross-talk', direction: 'caller', callee: 'heard' },
    ],
    [
      'one mark beside those of the callee was misread',
      call({ caller: { voices: [voice(callees), voice(96, 50, 1)] } }),
      { heard: 'heard', direction: 'both' },
    ],
    [
      'one mark of somebody else is all that the callee heard',
      call({ callee: { voices: [voice(96, 30, 1)] } }),
      { heard: 'cross-talk', direction: 'callee' },
    ],
    [
      'both heard another call',
      call({ caller: { voices: [stranger] }, callee: { voices: [voice(97)] } }),
      { heard: 'cross-talk', direction: 'both' },
    ],
    ['sound came without a mark', call({ callee: nothing }), { heard: 'garbled', direction: 'callee' }],
    [
      'sound came without a mark, of which too few were sent',
      call({ callee: nothing, caller: { marksSent: 2 } }),
      { heard: 'heard', direction: 'caller', callee: 'unjudged' },
    ],
    [
      'sound came without a mark, of which too few were listened to',
      call({ callee: { voices: [], coverage: 0.25 } }),
      { heard: 'heard', callee: 'unjudged' },
    ],
    [
      'packets of silence came',
      call({ callee: { voices: [], audibleMs: 20 } }),
      { heard: 'one-way', direction: 'callee', caller: 'heard', callee: 'silent' },
    ],
    [
      'packets of silence came on both ways',
      call({ caller: { voices: [], audibleMs: 0 }, callee: { voices: [], audibleMs: 0 } }),
      { heard: 'silent', direction: 'both' },
    ],
    [
      'only the own echo came back where another phone of ours spoke',
      call({ caller: { voices: [voice(callers)] } }),
      { heard: 'garbled', direction: 'caller' },
    ],
    [
      'the echo came back besides the far side',
      call({ caller: { voices: [voice(callers), voice(callees)] } }),
      { heard: 'heard', direction: 'both' },
    ],
    [
      'the callee was late',
      call({ caller: { voices: [voice(callees, 401)] } }),
      { heard: 'late', direction: 'caller' },
    ],
    ['the callee was all but late', call({ caller: { voices: [voice(callees, 400)] } }), { heard: 'heard' }],
    ['a run of packets was lost', call({ callee: { longestLossMs: 300 } }), { heard: 'gap', direction: 'callee' }],
    ['a shorter run of packets was lost', call({ callee: { longestLossMs: 280 } }), { heard: 'heard' }],
    [
      'it was silent for longer than the source is',
      call({ callee: { longestSilenceMs: 560 } }),
      { heard: 'gap', direction: 'callee' },
    ],
    [
      'it was silent for hardly longer than the source is',
      call({ callee: { longestSilenceMs: 550 } }),
      { heard: 'heard' },
    ],
    [
      'packets stopped long before the call did',
      call({ callerStream: { lastPacketMs: 5000 } }),
      { heard: 'gap', direction: 'caller' },
    ],
    [
      'the callee was late and had a gap, the caller heard nobody it should',
      call({ callee: { voices: [voice(callers, 900)], longestLossMs: 900 }, caller: { voices: [stranger] } }),
      { heard: 'cross-talk', direction: 'caller', callee: 'gap' },
    ],
    [
      'marks were off on one side',
      call({ caller: { sender: undefined, marksSent: 0 }, callee: nothing }),
      { heard: 'heard', direction: 'caller', callee: 'unjudged' },
    ],
    [
      'nobody listened',
      call({ caller: { listenedMs: 0, voices: [] }, callee: { listenedMs: 0, voices: [] } }),
      { heard: 'unjudged', direction: 'both' },
    ],
  ])('%s', (_, record, expected) => {
    expect(heardOf(record, usualHearing)).toMatchObject(expected)
  })

  const alone = (voices: readonly Voice[]): CallRecord =>
    callRecord({ legs: [legRecord([streamReport({ hearing: said(callers, voices) })])] })

  it.each<[string, CallRecord, Partial<CallHeard>]>([
    ['says nothing', alone([]), { heard: 'unjudged', direction: 'both' }],
    ['plays our own audio back', alone([voice(callers)]), { heard: 'heard', direction: 'both' }],
    ['sends marks of its own', alone([voice(7)]), { heard: 'heard', direction: 'caller', callee: 'unjudged' }],
  ])('a far side that is not ours %s', (_, record, expected) => {
    expect(heardOf(record, usualHearing)).toMatchObject(expected)
  })

  it('late and gap are what the scenario calls so', () => {
    expect(heardOf(call(), { lateMs: 20, gapMs: 300 })?.heard).toBe('late')
    expect(heardOf(call({ callee: { longestLossMs: 40 } }), { lateMs: 400, gapMs: 40 })?.heard).toBe('gap')
  })
})

describe('figures of the marks', () => {
  const figure = (name: string, record: CallRecord): number | readonly number[] | undefined => {
    const definition = hearingDefinitions.find((each) => each.name === name)
    const stream = record.legs[0]?.streams[0]
    if (definition?.kind !== 'histogram' || !stream) throw new Error(`${name} is not there`)
    return definition.value(stream, record)
  }

  it.each<[string, CallRecord, readonly number[] | undefined]>([
    ['are those of the far side', call(), [30, 30, 30]],
    ['are not those of another call', call({ caller: { voices: [stranger] } }), undefined],
    ['are not below nothing', call({ caller: { voices: [voice(callees, -0.3, 1)] } }), [0]],
    ['do not exist where nothing was heard', call({ caller: nothing }), undefined],
  ])('delays from mouth to ear %s', (_, record, delays) => {
    expect(figure('media.mouth_to_ear', record)).toEqual(delays)
  })

  it.each<[string, Sides, number | undefined]>([
    ['is none when the first sound took the way of all', {}, 0],
    ['is what came later than that', { caller: { firstAudibleMs: 1335 } }, 200],
    ['is unknown when nobody was heard', { caller: nothing }, undefined],
  ])('clipping at the start %s', (_, sides, ms) => {
    expect(figure('media.start_clipping', call(sides))).toBe(ms)
  })

  it('the delay of a stream is that of the marks, the packet and the jitter buffer, and RTCP only without them', () => {
    const stream = streamReport({ hearing: said(callers, [voice(callers, 300), voice(callees, 30)]) })
    expect(oneWayDelay(stream)).toEqual({ ms: 30 + 20 + 40, by: 'mark' })
    expect(oneWayDelay(streamReport())).toMatchObject({ by: 'rtcp' })
  })
})
