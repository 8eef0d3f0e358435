import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { mergeFindings } from '../../src/metrics/finding-tally.js'
import { readyHistograms } from '../../src/metrics/histogram.js'
import { Recorder } from '../../src/metrics/recorder.js'
import { rtcpDisagreements } from '../../src/metrics/rtcp-agreement.js'
import type { RemoteView, StreamReport, StreamTimeline } from '../../src/model/record.js'
import type { VoipMetrics } from '../../src/model/voip-metrics.js'
import { callRecord, legRecord, streamReport } from './records.js'

/** Ten seconds of fifty packets, heard from 1000 ms on. */
const timeline = (changes: Partial<StreamTimeline> = {}): StreamTimeline => ({
  startMs: 1000,
  stepMs: 1000,
  expected: Array.from({ length: 10 }, () => 50),
  lost: Array.from({ length: 10 }, () => 0),
  discarded: Array.from({ length: 10 }, () => 0),
  jitterMs: Array.from({ length: 10 }, () => 2),
  longestGapMs: Array.from({ length: 10 }, () => 3),
  ...changes,
})

const silent: RemoteView = { reception: undefined, voip: undefined, sent: undefined }

const stream = (changes: Partial<StreamReport> = {}) =>
  streamReport({
    packetsSent: 500,
    packetsExpected: 500,
    packetsReceived: 500,
    packetsLost: 0,
    fates: { expected: 500, lost: 0, discarded: 0, runs: 0 },
    roundTripsMs: [],
    remoteView: silent,
    timeline: timeline(),
    ...changes,
  })

const voip = (changes: Partial<VoipMetrics>): VoipMetrics => ({
  lossRate: 0,
  discardRate: 0,
  burstDensity: 0,
  gapDensity: 0,
  burstMs: 0,
  gapMs: 0,
  roundTripMs: 0,
  endSystemDelayMs: 0,
  signalLevelDb: undefined,
  noiseLevelDb: undefined,
  rerlDb: undefined,
  gmin: 16,
  rFactor: undefined,
  externalRFactor: undefined,
  mosLq: undefined,
  mosCq: undefined,
  concealment: 'unspecified',
  jitterBuffer: 'unknown',
  jitterBufferRate: 0,
  jitterBufferNominalMs: 0,
  jitterBufferMaxMs: 0,
  jitterBufferAbsMaxMs: 0,
  ...changes,
})

/** The caller's stream with what the far side said of what it sent; the callee heard it. */
function callOf(view: Partial<RemoteView>, heard: Partial<StreamReport> = {}) {
  const caller = stream({ remote: '192.0.2.9:40000', remoteView: { ...silent, ...view } })
  return callRecord({ legs: [legRecord([caller]), legRecord([stream(heard)], { role: 'callee' })] })
}

const received = (lost: number, atMs = 11_000, jitterMs = 2) => ({ atMs, lost, jitterMs, packetsSent: 500 })
/** Five packets lost in each second. */
const lossy: Partial<StreamReport> = {
  packetsReceived: 450,
  packetsLost: 50,
  fates: { expected: 500, lost: 50, discarded: 0, runs: 50 },
  timeline: timeline({ lost: Array.from({ length: 10 }, () => 5) }),
}

describe('RTCP that says what was measured is no finding', () => {
  it.each<[string, Partial<RemoteView>, Partial<StreamReport>]>([
    ['nothing lost', { reception: received(0) }, {}],
    ['the loss that was', { reception: received(50) }, lossy],
    ['the loss by the time of the report', { reception: received(25, 6000) }, lossy],
    ['a few packets more', { reception: received(10) }, {}],
    ['loss before the first packet that was heard', { reception: received(80) }, { packetsExpected: 420 }],
    ['less than nothing, after duplicates', { reception: received(-2) }, {}],
    ['VoIP metrics with the loss that was', { voip: { atMs: 11_000, metrics: voip({ lossRate: 0.1 }) } }, lossy],
    [
      'the score of a phone that does not conceal',
      { voip: { atMs: 11_000, metrics: voip({ lossRate: 0.1, mosCq: 1.5 }) } },
      lossy,
    ],
    ['the score of one that does', { voip: { atMs: 11_000, metrics: voip({ lossRate: 0.1, mosCq: 3.4 }) } }, lossy],
    ['jitter nearby', { reception: received(0, 6000, 25) }, {}],
    ['as many packets as were expected', { sent: { claimed: 498, expected: 500 } }, {}],
    ['nothing at all', {}, lossy],
    ['a sender report that overtook packets waiting in a socket', { sent: { claimed: 260, expected: 290 } }, {}],
    [
      'a score of before a stall that our jitter buffer did not bear',
      { voip: { atMs: 4000, metrics: voip({ mosCq: 4.4 }) } },
      { timeline: timeline({ discarded: [0, 0, 0, 0, 0, 0, 0, 20, 20, 0] }) },
    ],
    ['of a stream without a timeline', { reception: received(90) }, { timeline: undefined }],
  ])('%s', (_, view, heard) => {
    expect(rtcpDisagreements(callOf(view, heard))).toEqual([])
  })
})

describe('RTCP that says otherwise is a finding', () => {
  it.each<[string, Partial<RemoteView>, Partial<StreamReport>, RegExp]>([
    [
      'no loss where there was',
      { reception: received(0) },
      lossy,
      /^receiver report: 0 of 500 packets lost, measured 40 to 50$/,
    ],
    [
      'loss where there was none',
      { reception: received(40) },
      {},
      /^receiver report: 40 of 500 packets lost, measured 0$/,
    ],
    [
      'VoIP metrics without the loss',
      { voip: { atMs: 11_000, metrics: voip({}) } },
      lossy,
      /^VoIP metrics: 0\.0 % of 500 packets lost, measured 40 to 50$/,
    ],
    [
      'a score too good',
      { voip: { atMs: 11_000, metrics: voip({ lossRate: 0.1, mosCq: 4.4 }) } },
      lossy,
      /^VoIP metrics: MOS-CQ 4\.4, measured 1\.0 to 3\.6$/,
    ],
    [
      'a score too bad',
      { voip: { atMs: 11_000, metrics: voip({ mosCq: 2 }) } },
      {},
      /^VoIP metrics: MOS-CQ 2\.0, measured 4\.4 to 4\.4$/,
    ],
    [
      'jitter that was not',
      { reception: received(0, 6000, 90) },
      {},
      /^receiver report: jitter 90\.0 ms, measured 2\.0 to 2\.0 ms$/,
    ],
    [
      'more packets than there were',
      { sent: { claimed: 600, expected: 500 } },
      {},
      /^sender reports count 600 packets where sequence numbers show 500$/,
    ],
  ])('%s', (_, view, heard, text) => {
    const found = rtcpDisagreements(callOf(view, heard))
    expect(found).toEqual([{ by: '192.0.2.9', text: expect.stringMatching(text) }])
  })

  it('also where the far side is not ours, by what it claims to have sent', () => {
    const only = stream({
      remote: '[2001:db8::9]:40000',
      remoteView: { ...silent, sent: { claimed: 0, expected: 100 } },
    })
    expect(rtcpDisagreements(callRecord({ legs: [legRecord([only])] }))).toMatchObject([{ by: '[2001:db8::9]' }])
  })
})

describe('the findings of a run', () => {
  const recorders: Recorder[] = []
  beforeAll(readyHistograms)
  afterEach(() => {
    for (const recorder of recorders.splice(0)) recorder.destroy()
  })

  function findingsOf(calls: number, warmupMs = 0) {
    const recorder = new Recorder({ warmupMs })
    recorders.push(recorder)
    recorder.startLoad(0)
    for (let call = 0; call < calls; call++)
      recorder.call({ ...callOf({ reception: received(0) }, lossy), number: call })
    return recorder.snapshot().findings
  }

  it('are one for each far side, with their number and at most twenty examples', () => {
    const [finding, ...others] = findingsOf(30)
    expect(others).toEqual([])
    expect(finding).toMatchObject({
      rule: 'media/rtcp-disagrees',
      severity: 'warning',
      element: 'RTCP of 192.0.2.9',
      count: 30,
    })
    expect(finding?.examples.length).toBe(20)
    expect(finding?.examples[0]).toMatch(/^call 0: receiver report/)
  })

  it('leave the warm-up out', () => {
    expect(findingsOf(1, 60_000)).toEqual([])
  })

  it('add up over parts of a run', () => {
    expect(mergeFindings([findingsOf(2), findingsOf(3)])).toMatchObject([{ count: 5 }])
  })
})
