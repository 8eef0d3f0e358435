import { describe, expect, it } from 'vitest'
import { ReceiveStatistics } from '../../../src/media/receive-statistics.js'
import { type HearingContext, ownVoipMetrics } from '../../../src/media/rtcp/own-voip-metrics.js'
import { voipMetricsBytes, writeVoipMetrics } from '../../../src/media/rtcp/voip-metrics.js'
import { StatisticsTable } from '../../../src/media/statistics-view.js'
import { type Terminal, usualTerminal } from '../../../src/model/terminal.js'
import { rtpPacket } from '../packet.js'

/** RFC 3611 4.7.2: 1 received, 0 lost, X discarded; here by coming 100 ms late. Packets of 10 ms. */
function hear(pattern: string, terminal: Terminal): ReceiveStatistics {
  const table = new StatisticsTable(1)
  table.clearRow(0)
  const received = new ReceiveStatistics(table, 0, 8000, 10, terminal.jitterBuffer)
  const arrivals = [...pattern].flatMap((mark, index) =>
    mark === '0' ? [] : [{ index, atMs: index * 10 + (mark === 'X' ? 100 : 0) }],
  )
  for (const { index, atMs } of arrivals.sort((a, b) => a.atMs - b.atMs)) {
    received.receive(rtpPacket({ sequence: 65_500 + index, timestamp: index * 80 }), atMs)
  }
  return received
}

const fixed: Terminal = { jitterBuffer: { kind: 'fixed', delayMs: 60 }, concealsLoss: false }
const context: HearingContext = { codec: 'PCMU', terminal: fixed, sentPtimeMs: 20, roundTripMs: undefined }
const example = '11110111111111111111111X111X1011110111111111111111111X1111111111'

describe('our VoIP metrics', () => {
  it('of the example of RFC 3611 4.7.2, with the 64 packets of its text, are those of its formulas', () => {
    const bytes = Buffer.alloc(voipMetricsBytes)
    writeVoipMetrics(bytes, 0, ownVoipMetrics(hear(example, fixed), context))
    // Loss and discard 12, burst density 85 (the RFC prints 84), gap density 9, 120 ms, 260 ms in the mean.
    expect(bytes.subarray(0, 8).toString('hex')).toBe('0c0c550900780104')
  })

  it('have R and MOS-CQ only when the delay is known', () => {
    const received = hear('1'.repeat(100), fixed)
    expect(ownVoipMetrics(received, context)).toMatchObject({
      rFactor: undefined,
      mosCq: undefined,
      mosLq: expect.closeTo(4.409, 3),
      roundTripMs: 0,
      endSystemDelayMs: 80,
    })
    // 240 ms there and back, 80 ms in both terminals: 200 ms one way.
    expect(ownVoipMetrics(received, { ...context, roundTripMs: 240 })).toMatchObject({
      rFactor: expect.closeTo(90.16, 2),
      mosCq: expect.closeTo(4.343, 3),
      mosLq: expect.closeTo(4.409, 3),
      roundTripMs: 240,
    })
  })

  it('have no narrowband rating for a codec of another scale', () => {
    const found = ownVoipMetrics(hear('111', fixed), { ...context, codec: 'opus', roundTripMs: 20 })
    expect(found).toMatchObject({ rFactor: undefined, mosLq: undefined, mosCq: undefined, concealment: 'unspecified' })
  })

  it.each<[string, Terminal, object]>([
    [
      'a fixed jitter buffer',
      fixed,
      { jitterBuffer: 'fixed', jitterBufferNominalMs: 60, jitterBufferMaxMs: 60, jitterBufferAbsMaxMs: 60 },
    ],
    ['an adaptive one', usualTerminal, { jitterBuffer: 'adaptive', jitterBufferAbsMaxMs: 200 }],
    ['no concealment', fixed, { concealment: 'disabled' }],
    ['concealment', { ...fixed, concealsLoss: true }, { concealment: 'enhanced' }],
  ])('tell of %s', (_, terminal, expected) => {
    expect(ownVoipMetrics(hear('1111', terminal), { ...context, terminal })).toMatchObject(expected)
  })

  it('are zero where nothing was received (4.7.1)', () => {
    expect(ownVoipMetrics(hear('', fixed), context)).toMatchObject({
      lossRate: 0,
      discardRate: 0,
      burstDensity: 0,
      gapDensity: 0,
      burstMs: 0,
      gapMs: 0,
      mosLq: undefined,
    })
  })
})
