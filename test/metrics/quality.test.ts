import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { oneWayDelay, qualityOf } from '../../src/metrics/definitions/quality.js'
import { readyHistograms } from '../../src/metrics/histogram.js'
import { mergeSnapshots } from '../../src/metrics/merge-snapshots.js'
import { publishedModels } from '../../src/metrics/model-tally.js'
import { Recorder } from '../../src/metrics/recorder.js'
import type { StreamReport } from '../../src/model/record.js'
import { usualTerminal } from '../../src/model/terminal.js'
import { callRecord, legRecord, streamReport } from './records.js'

const clean = { expected: 250, lost: 0, discarded: 0, runs: 0 }
const stream = (changes: Partial<StreamReport> = {}) => streamReport({ fates: clean, roundTripsMs: [], ...changes })

const recorders: Recorder[] = []
beforeAll(readyHistograms)
afterEach(() => {
  for (const recorder of recorders.splice(0)) recorder.destroy()
})

function recorded(streams: readonly StreamReport[], options: { warmupMs: number } = { warmupMs: 0 }) {
  const recorder = new Recorder(options)
  recorders.push(recorder)
  recorder.startLoad(0)
  recorder.call(callRecord({ legs: [legRecord([...streams])] }))
  return recorder
}

function seriesOf(recorder: Recorder, name: string) {
  const found = recorder.snapshot().metrics.find((each) => each.name === name && Object.keys(each.tags).length === 0)
  return found?.kind === 'histogram' ? { count: found.count, min: found.min, p5: found.p5 } : undefined
}

describe('the score of a stream', () => {
  it.each<[string, Partial<StreamReport>, string]>([
    ['clean G.711', {}, '4.409'],
    ['loss', { fates: { ...clean, lost: 5, runs: 5 } }, '3.256'],
    ['packets that came too late count as lost', { fates: { ...clean, discarded: 5, runs: 5 } }, '3.256'],
    [
      'a phone that conceals loss',
      { fates: { ...clean, lost: 5, runs: 5 }, terminal: { ...usualTerminal, concealsLoss: true } },
      '4.235',
    ],
    ['a round trip of 280 ms: 200 ms mouth to ear', { roundTripsMs: [280] }, '4.343'],
  ])('%s', (_, changes, mos) => {
    expect(qualityOf(stream(changes))?.mos.toFixed(3)).toBe(mos)
  })

  it('does not exist where nothing was received', () => {
    expect(qualityOf(stream({ fates: { expected: 0, lost: 0, discarded: 0, runs: 0 } }))).toBeUndefined()
  })
})

describe('the delay of a stream', () => {
  it('is half the mean round trip, the packet time and the wait in the jitter buffer', () => {
    expect(oneWayDelay(stream({ roundTripsMs: [10, 30], ptimeMs: 20, jitterBufferMs: 40 }))).toEqual({
      ms: 70,
      by: 'rtcp',
    })
  })

  it.each<[string, Partial<StreamReport>]>([
    ['without a round trip', { roundTripsMs: [] }],
    ['without audio that was played', { roundTripsMs: [10], jitterBufferMs: undefined }],
  ])('is unknown %s, and not 0', (_, changes) => {
    expect(oneWayDelay(stream(changes))).toBeUndefined()
  })
})

describe('the metrics of quality', () => {
  it('never mix their scales', () => {
    const codecs = ['PCMU', 'PCMA', 'G729', 'G722', 'opus', 'opus', 'L16']
    const recorder = recorded(codecs.map((codec) => stream({ codec })))
    expect(seriesOf(recorder, 'media.mos_cqe_nb')).toMatchObject({ count: 3 })
    expect(seriesOf(recorder, 'media.mos_cqe_wb')).toMatchObject({ count: 1 })
    expect(seriesOf(recorder, 'media.mos_cqe_fb')).toMatchObject({ count: 2 })
  })

  it('answer a threshold on the worst twentieth', () => {
    const bad = stream({ fates: { ...clean, lost: 25, runs: 25 } })
    const recorder = recorded([...Array.from({ length: 19 }, () => stream()), bad])
    const asked = { metric: 'media.mos_cqe_nb', where: {}, between: undefined } as const
    expect(recorder.measure({ ...asked, aggregate: 'p5' }).value).toBeCloseTo(1.481, 2)
    expect(recorder.measure({ ...asked, aggregate: 'p50' }).value).toBeCloseTo(4.409, 2)
  })
})

describe('what is published with the scores', () => {
  it('is every input, with what is assumed', () => {
    const streams = [
      stream({ codec: 'opus', fates: { ...clean, lost: 5, runs: 5 } }),
      stream({ codec: 'opus', roundTripsMs: [280] }),
    ]
    expect(publishedModels(recorded(streams).snapshot().models)).toEqual([
      {
        metric: 'media.mos_cqe_fb',
        standard: 'ITU-T G.107.2 (06/2019)',
        inputs: {
          streams: 2,
          'codec opus': 'Ie 10.2, Bpl 4.3: the figures that RTPEngine uses, so that both can be compared',
          'Ppl mean, lost or discarded, %': 1,
          'BurstR mean': 1,
          'Ta mean, ms': 200,
          'streams with delay': '1 by rtcp, 1 unknown: delay is not in their score',
          'jitter buffer': 'adaptive 40 to 200 ms',
          'T, Tr': 'no echo',
          others: 'defaults of the standard',
        },
        assumed: [expect.stringMatching(/^opus: .* are in no Recommendation/)],
      },
    ])
  })

  it('tells concealed G.711 from others and fixed jitter buffers from adaptive ones', () => {
    const terminal = { concealsLoss: true, jitterBuffer: { kind: 'fixed', delayMs: 80 } } as const
    const [model] = publishedModels(recorded([stream(), stream({ terminal })]).snapshot().models)
    expect(model?.inputs).toMatchObject({
      'codec PCMU': 'Ie 0, Bpl 4.3: ITU-T G.113 Appendix I, G.711 without PLC',
      'codec PCMU (concealed)': 'Ie 0, Bpl 25.1: ITU-T G.113 Appendix I, G.711 with the PLC of G.711 Appendix I',
      'jitter buffer': 'adaptive 40 to 200 ms, fixed 80 ms',
    })
    expect(model?.inputs).not.toHaveProperty('Ta mean, ms')
    expect(model?.assumed).toEqual([])
  })

  it('adds up over parts of a run', () => {
    const parts = [[stream()], [stream({ roundTripsMs: [20] }), stream({ codec: 'G722' })]].map((each) =>
      recorded(each).snapshot(),
    )
    const models = mergeSnapshots(parts).models
    expect(models.map(({ scale, streams, codecs, delays }) => ({ scale, streams, codecs, delays }))).toEqual([
      { scale: 'nb', streams: 2, codecs: { PCMU: 2 }, delays: { rtcp: 1 } },
      { scale: 'wb', streams: 1, codecs: { G722: 1 }, delays: {} },
    ])
    expect(parts[0]?.models[0]?.streams).toBe(1)
  })

  it('leaves the warm-up out', () => {
    expect(recorded([stream()], { warmupMs: 60_000 }).snapshot().models).toEqual([])
  })
})
