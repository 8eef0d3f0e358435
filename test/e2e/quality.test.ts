import { beforeAll, describe, expect, it } from 'vitest'
import type { SampleStream } from '../../src/model/call-sample.js'
import { mosOfRating } from '../../src/quality/mos.js'
import { narrowbandRating } from '../../src/quality/narrowband.js'
import { type CalibratedRun, calibratedRun, seriesOf } from './calibrated-run.js'

const run = (loss: string): Promise<CalibratedRun> =>
  calibratedRun({ scenario: 'quality.yaml', gateway: { embedded: { faults: { 'rtp loss': loss } } } })

const streamsOf = ({ result }: CalibratedRun): readonly SampleStream[] =>
  result.samples.flatMap(({ streams = [] }) => streams)

const sum = (column: readonly number[] = []): number => column.reduce((total, each) => total + each, 0)

/** G.711 by the whole model; callees conceal loss. A busy machine delays packets of its own: they are in what was measured. */
function scoreOf({ direction, quality }: SampleStream): number {
  if (!quality) throw new Error('the stream has no score')
  const { ppl, burstR, delayMs } = quality
  return mosOfRating(narrowbandRating({ bpl: direction === 'callee' ? 25.1 : 4.3, ppl, burstR, ta: delayMs ?? 0 }).r)
}

describe('scores of G.711 through a gateway with known loss', () => {
  let clean: CalibratedRun
  let lossy: CalibratedRun
  beforeAll(async () => {
    ;[clean, lossy] = await Promise.all([run('0%'), run('3%')])
  })

  it('are there for every stream, on the narrowband scale alone', () => {
    expect(seriesOf(clean.result, 'media.mos_cqe_nb', 'histogram').count).toBe(20)
    expect(clean.result.metrics.some(({ name }) => name === 'media.mos_cqe_wb' || name === 'media.mos_cqe_fb')).toBe(
      false,
    )
  })

  it('are those of the whole G.107 for what was lost, late and delayed', () => {
    for (const stream of [...streamsOf(clean), ...streamsOf(lossy)]) {
      expect(stream.quality?.mos).toBeCloseTo(scoreOf(stream), 2)
    }
  })

  it('count the loss that the gateway made, and packets that came too late beside it', () => {
    for (const { packetsLost, packetsExpected, packetsDiscarded = 0, quality } of streamsOf(lossy)) {
      expect(Math.abs((100 * packetsLost) / packetsExpected - 3)).toBeLessThan(0.5)
      const missing = (100 * (packetsLost + packetsDiscarded)) / packetsExpected
      expect(Math.abs((quality?.ppl ?? 0) - missing)).toBeLessThan(0.5)
    }
    expect(streamsOf(clean).filter(({ packetsLost }) => packetsLost !== 0)).toEqual([])
  })

  it('are published with what went into them', () => {
    expect(lossy.result.media.models).toMatchObject([
      {
        metric: 'media.mos_cqe_nb',
        standard: 'ITU-T G.107 (06/2015)',
        inputs: {
          streams: 20,
          'codec PCMU': 'Ie 0, Bpl 4.3: ITU-T G.113 Appendix I, G.711 without PLC',
          'codec PCMU (concealed)': 'Ie 0, Bpl 25.1: ITU-T G.113 Appendix I, G.711 with the PLC of G.711 Appendix I',
          'jitter buffer': 'fixed 80 ms',
          'streams with delay': expect.stringMatching(/^\d+ by (mark|rtcp)/),
        },
        assumed: [],
      },
    ])
  })

  it('come with the course of each sampled stream', () => {
    expect(streamsOf(lossy)).toHaveLength(20)
    for (const { packetsExpected, packetsLost, packetsDiscarded, steps } of streamsOf(lossy)) {
      const totals = [sum(steps?.expected), sum(steps?.lost), sum(steps?.discarded)]
      expect(totals).toEqual([packetsExpected, packetsLost, packetsDiscarded])
    }
  })

  it('are reported by both sides to each other when one of them offers VoIP metrics', () => {
    const scores = streamsOf(lossy).map(({ reported }) => reported?.mosLq ?? Number.NaN)
    expect(scores).toHaveLength(20)
    expect(scores.filter((score) => !(score >= 1 && score < 4.4))).toEqual([])
  })

  it('and what RTCP says agrees with what was measured', () => {
    expect([...clean.result.findings, ...lossy.result.findings]).toEqual([])
  })
})

describe('RTCP of a gateway that hides what it loses', () => {
  const withReports = (faults: object): Promise<CalibratedRun> =>
    calibratedRun({
      scenario: 'quality.yaml',
      gateway: { embedded: { faults: { 'rtp loss': '10%', ...faults } } },
      replace: [/talk 8s/, 'talk 14s'],
    })
  const disagreements = ({ result }: CalibratedRun) =>
    result.findings.filter(({ rule }) => rule === 'media/rtcp-disagrees')

  it('is a finding with both numbers, and the truth is none', async () => {
    const [honest, lying] = await Promise.all([withReports({}), withReports({ 'reported loss': '0%' })])
    expect(disagreements(honest)).toEqual([])
    const [finding, ...others] = disagreements(lying)
    expect(others).toEqual([])
    // Ten calls, each reported on from both sides; the first report of a call may come too early to show it.
    expect(finding?.count).toBeGreaterThanOrEqual(10)
    expect(finding?.element).toBe('RTCP of 127.0.0.1')
    expect(finding?.examples[0]).toMatch(/^call \d+: receiver report: 0 of \d+ packets lost, measured \d+ to \d+$/)
  })
})
