import { describe, expect, it } from 'vitest'
import { sampleStream } from '../../src/cli/run/sample-stream.js'
import type { StreamReport } from '../../src/model/record.js'
import { streamReport } from '../metrics/records.js'

const sample = (changes: Partial<StreamReport>) =>
  sampleStream('sip:a@lab.test', streamReport(changes), (ms) => ms - 1000)

describe('a stream of a sampled call', () => {
  it('has its score with the inputs', () => {
    const fates = { expected: 500, lost: 10, discarded: 15, runs: 5 }
    expect(sample({ fates, roundTripsMs: [280], ptimeMs: 20, jitterBufferMs: 40 }).quality).toEqual({
      metric: 'media.mos_cqe_nb',
      mos: expect.closeTo(1.3, 0),
      r: expect.any(Number),
      ppl: 5,
      burstR: 4.75,
      delayMs: 200,
    })
  })

  it('has null for a delay that is not known, and for a score that does not exist', () => {
    expect(sample({ roundTripsMs: [] }).quality?.delayMs).toBeNull()
    expect(sample({ codec: 'L16' }).quality).toBeNull()
  })

  it('has its steps since the start of the call, with the score of each', () => {
    const timeline = {
      startMs: 1200,
      stepMs: 1000,
      expected: [50, 50, 0],
      lost: [0, 1, 0],
      discarded: [0, 0, 0],
      jitterMs: [1, 2, 2],
      longestGapMs: [0, 20, 0],
    }
    const { steps } = sample({ timeline, roundTripsMs: [] })
    expect(steps).toMatchObject({ fromMs: 200, stepMs: 1000, lost: [0, 1, 0], longestGapMs: [0, 20, 0] })
    expect(steps?.mos).toEqual([expect.closeTo(4.409, 3), expect.closeTo(3.256, 3), null])
  })

  it('has what the far side said of what it sent', () => {
    const reception = { atMs: 5000, lost: 3, jitterMs: 1.2345, packetsSent: 240 }
    expect(sample({ remoteView: { reception, voip: undefined, sent: undefined } }).reported).toEqual({
      packetsSent: 240,
      packetsLost: 3,
      jitterMs: 1.235,
      rFactor: null,
      mosLq: null,
      mosCq: null,
    })
    expect(sample({}).reported).toBeNull()
  })

  it('has null for steps that were not recorded', () => {
    expect(sample({ timeline: undefined }).steps).toBeNull()
  })
})
