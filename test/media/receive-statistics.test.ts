import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ReceiveStatistics } from '../../src/media/receive-statistics.js'
import { PayloadTypes } from '../../src/media/rtp/payload-types.js'
import { StatisticsTable } from '../../src/media/statistics-view.js'
import { usualTerminal } from '../../src/model/terminal.js'
import { rtpPacket } from './packet.js'

interface Arrival {
  readonly sequence: number
  /** Default: 20 ms a sequence number. */
  readonly atMs?: number
  readonly timestamp?: number
  readonly ssrc?: number
}

function receiver(ptimeMs = 20) {
  const table = new StatisticsTable(1)
  table.clearRow(0)
  const received = new ReceiveStatistics(table, 0, 8000, ptimeMs, usualTerminal.jitterBuffer)
  const take = ({ sequence, atMs = sequence * 20, timestamp = sequence * 160, ssrc = 1 }: Arrival) =>
    received.receive(rtpPacket({ sequence, timestamp, ssrc }), atMs)
  const row = () => ({
    received: table.packetsReceived[0],
    expected: table.packetsExpected[0],
    lost: table.packetsLost[0],
    reordered: table.packetsReordered[0],
    duplicated: table.packetsDuplicated[0],
  })
  return { table, received, take, row }
}

const none = { lost: 0, reordered: 0, duplicated: 0 }

describe('sequence numbers', () => {
  it.each<[string, readonly number[], object]>([
    ['in order', [10, 11, 12, 13], { received: 4, expected: 4, ...none }],
    ['one is lost', [10, 11, 13], { received: 3, expected: 4, ...none, lost: 1 }],
    ['three are lost over the wrap', [65_534, 65_535, 3], { received: 3, expected: 6, ...none, lost: 3 }],
    ['wrap without loss', [65_534, 65_535, 0, 1], { received: 4, expected: 4, ...none }],
    ['two change places', [10, 12, 11, 13], { received: 4, expected: 4, ...none, reordered: 1 }],
    ['late over the wrap', [65_534, 0, 65_535, 1], { received: 4, expected: 4, ...none, reordered: 1 }],
    ['a duplicate at once', [10, 11, 11, 12], { received: 3, expected: 3, ...none, duplicated: 1 }],
    ['a duplicate later', [10, 11, 12, 13, 11], { received: 4, expected: 4, ...none, duplicated: 1 }],
    ['a late packet twice', [10, 12, 11, 11], { received: 3, expected: 3, ...none, reordered: 1, duplicated: 1 }],
    ['one before the first', [10, 9, 11], { received: 3, expected: 3, ...none, reordered: 1 }],
    [
      'a duplicate after 128 others is told no more',
      [0, ...Array.from({ length: 99 }, (_, i) => i + 1), 0],
      { received: 100, expected: 100, ...none, duplicated: 1 },
    ],
    ['a jump of 2999 is loss', [10, 3009], { received: 2, expected: 3000, ...none, lost: 2998 }],
    ['a jump of 3000 once is not believed', [10, 3010, 11], { received: 2, expected: 2, ...none }],
    [
      'a restart (RFC 3550 A.1) costs its first packet and nothing else',
      [10, 11, 40_000, 40_001, 40_002],
      { received: 4, expected: 4, ...none },
    ],
  ])('%s', (_what, sequences, expected) => {
    const { take, row } = receiver()
    for (const [index, sequence] of sequences.entries()) take({ sequence, atMs: index * 20 })
    expect(row()).toEqual(expected)
  })

  it('counts 200000 packets over three wraps exactly', () => {
    const { take, row } = receiver()
    for (let i = 0; i < 200_000; i++) if (i % 100 !== 50) take({ sequence: (i + 65_000) & 0xffff, atMs: i * 20 })
    expect(row()).toEqual({ received: 198_000, expected: 200_000, ...none, lost: 2000 })
  })

  it('finds exactly what a network did: lost, duplicated and displaced packets', () => {
    const fate = fc.constantFrom('pass', 'pass', 'pass', 'lose', 'double', 'late')
    fc.assert(
      fc.property(fc.nat(65_535), fc.array(fate, { minLength: 5, maxLength: 400 }), (start, fates) => {
        const plan = ['pass', ...fates, 'pass', 'pass', 'pass']
        const arrivals: number[] = []
        let held: number | undefined
        let late = 0
        for (const [index, what] of plan.entries()) {
          const sequence = (start + index) & 0xffff
          if (what === 'late' && held === undefined) {
            held = sequence
            continue
          }
          if (what === 'lose') continue
          arrivals.push(sequence)
          if (what === 'double') arrivals.push(sequence)
          if (held !== undefined) {
            arrivals.push(held)
            late++
            held = undefined
          }
        }
        const { take, row } = receiver()
        for (const [index, sequence] of arrivals.entries()) take({ sequence, atMs: index * 20 })
        const lost = plan.filter((what) => what === 'lose').length
        expect(row()).toEqual({
          received: plan.length - lost,
          expected: plan.length,
          lost,
          reordered: late,
          duplicated: plan.filter((what) => what === 'double').length,
        })
      }),
      { numRuns: 300 },
    )
  })
})

describe('a change of SSRC', () => {
  it('is no loss, and both sources count', () => {
    const { take, row, table } = receiver()
    for (const sequence of [10, 11, 13]) take({ sequence, ssrc: 1 })
    for (const sequence of [500, 501]) take({ sequence, ssrc: 2, atMs: sequence })
    expect(row()).toMatchObject({ received: 5, expected: 6, lost: 1 })
    expect([table.sourceChanges[0], table.ssrcReceived[0]]).toEqual([1, 2])
  })

  it('leaves stragglers of the source before aside', () => {
    const { take, row, table } = receiver()
    take({ sequence: 10, ssrc: 1, atMs: 0 })
    take({ sequence: 500, ssrc: 2, atMs: 20 })
    take({ sequence: 11, ssrc: 1, atMs: 25 })
    take({ sequence: 501, ssrc: 2, atMs: 40 })
    expect(row()).toMatchObject({ received: 3, expected: 3, lost: 0 })
    expect([table.sourceChanges[0], table.stalePackets[0]]).toEqual([1, 1])
  })

  it('back to the source before after a while is a change again', () => {
    const { take, table } = receiver()
    take({ sequence: 10, ssrc: 1, atMs: 0 })
    take({ sequence: 500, ssrc: 2, atMs: 20 })
    take({ sequence: 900, ssrc: 1, atMs: 900 })
    expect(table.sourceChanges[0]).toBe(2)
  })
})

describe('jitter (RFC 3550 A.8)', () => {
  it('is zero on a steady stream, whatever the clocks differ by', () => {
    const { take, table } = receiver()
    for (let i = 0; i < 100; i++) take({ sequence: i, atMs: 123_456.789 + i * 20, timestamp: 0xffff_fff0 + i * 160 })
    expect(table.jitterMaxMs[0]).toBeCloseTo(0, 6)
  })

  it('follows J += (|D| - J) / 16', () => {
    const { take, table } = receiver()
    const delays = [0, 10, 0, 5, 5, 30, 0]
    let jitter = 0
    const values: number[] = []
    for (const [index, delay] of delays.entries()) {
      take({ sequence: index, atMs: index * 20 + delay })
      if (index > 0) jitter += (Math.abs(delay - (delays[index - 1] ?? 0)) - jitter) / 16
      values.push(jitter)
    }
    expect(table.jitterMs[0]).toBeCloseTo(jitter, 9)
    expect(table.jitterMaxMs[0]).toBeCloseTo(Math.max(...values), 9)
    expect(table.jitterMeanMs[0]).toBeCloseTo(values.reduce((sum, value) => sum + value) / values.length, 9)
  })

  it('settles at the size of an alternating delay', () => {
    const { take, table } = receiver()
    for (let i = 0; i < 500; i++) take({ sequence: i, atMs: i * 20 + (i % 2) * 8 })
    expect(table.jitterMs[0]).toBeCloseTo(8, 3)
  })

  it('does not take a restarted media clock for jitter', () => {
    const { take, table } = receiver()
    for (let i = 0; i < 10; i++) take({ sequence: i })
    for (let i = 10; i < 20; i++) take({ sequence: i, timestamp: i * 160 + 9_000_000 })
    expect(table.jitterMaxMs[0]).toBeCloseTo(0, 6)
  })

  it('is not measured on event packets, whose timestamp stands still', () => {
    const { received, take, table } = receiver()
    received.payloadTypes = new PayloadTypes([{ payloadType: 101, encoding: 'telephone-event', clockRate: 8000 }], 8000)
    for (let i = 0; i < 5; i++) take({ sequence: i })
    const event = Uint8Array.of(5, 0x0a, 1, 0)
    for (let i = 5; i < 15; i++)
      received.receive(rtpPacket({ sequence: i, timestamp: 800, payloadType: 101 }, event), i * 20)
    for (let i = 15; i < 20; i++) take({ sequence: i })
    expect(table.jitterMaxMs[0]).toBeCloseTo(0, 6)
    expect([received.digits, table.dtmfDigits[0], table.packetsLost[0]]).toEqual(['5', 1, 0])
  })
})

describe('gaps and times', () => {
  it('the longest interarrival time less the packet time', () => {
    const { take, table } = receiver()
    for (const [sequence, atMs] of [
      [0, 5],
      [1, 25],
      [2, 145],
      [3, 160],
    ] as const)
      take({ sequence, atMs })
    expect(table.longestGapMs[0]).toBe(100)
    expect([table.firstPacketMs[0], table.lastPacketMs[0]]).toEqual([5, 160])
  })

  it('the packet time is learned from the timestamps', () => {
    const { take, table } = receiver(20)
    for (let i = 0; i < 10; i++) take({ sequence: i, atMs: i * 30, timestamp: i * 240 })
    expect(table.longestGapMs[0]).toBe(0)
  })

  it('a pause is no gap', () => {
    const { received, take, table } = receiver()
    take({ sequence: 0, atMs: 0 })
    take({ sequence: 1, atMs: 20 })
    received.pause()
    take({ sequence: 2, atMs: 5020 })
    expect(table.longestGapMs[0]).toBe(0)
  })

  it('nothing received leaves them undefined', () => {
    const { table } = receiver()
    expect([table.longestGapMs[0], table.firstPacketMs[0], table.jitterMeanMs[0]]).toEqual([NaN, NaN, NaN])
  })

  it('spans a change of SSRC', () => {
    const { take, table } = receiver()
    take({ sequence: 0, atMs: 0 })
    take({ sequence: 700, ssrc: 2, atMs: 320 })
    expect(table.longestGapMs[0]).toBe(300)
  })
})

describe('losses at the start', () => {
  it('are those before the first packet after the answer', () => {
    const { received, take, table } = receiver()
    take({ sequence: 0, atMs: 0 })
    received.markAnswered(100)
    take({ sequence: 3, atMs: 60 })
    expect(table.packetsLostAtStart[0]).toBe(0)
    take({ sequence: 6, atMs: 120 })
    take({ sequence: 9, atMs: 180 })
    expect([table.packetsLostAtStart[0], table.packetsLost[0]]).toEqual([4, 6])
  })

  it('are not counted anew when the answer is marked again', () => {
    const { received, take, table } = receiver()
    take({ sequence: 0, atMs: 0 })
    received.markAnswered(10)
    take({ sequence: 3, atMs: 60 })
    received.markAnswered(70)
    take({ sequence: 9, atMs: 180 })
    expect([table.packetsLostAtStart[0], table.packetsLost[0]]).toEqual([2, 7])
  })

  it('are none when the first packet comes after the answer', () => {
    const { received, take, table } = receiver()
    received.markAnswered(0)
    for (const sequence of [5, 7]) take({ sequence })
    expect([table.packetsLostAtStart[0], table.packetsLost[0]]).toEqual([0, 1])
  })
})

describe('values of a report block (RFC 3550 A.3)', () => {
  it('the fraction lost is of the interval, the loss of the whole', () => {
    const { received, take } = receiver()
    for (let i = 0; i < 100; i++) if (i % 4 !== 1) take({ sequence: i })
    expect(received.closeInterval()).toMatchObject({ fractionLost: 64, cumulativeLost: 25, highestSequence: 99 })
    for (let i = 100; i < 200; i++) take({ sequence: i })
    expect(received.closeInterval()).toMatchObject({ fractionLost: 0, cumulativeLost: 25, highestSequence: 199 })
  })

  it('are none before the first packet', () => {
    expect(receiver().received.closeInterval()).toBeUndefined()
  })

  it('carries the cycles in the upper half', () => {
    const { received, take } = receiver()
    for (const sequence of [65_535, 0, 1]) take({ sequence })
    expect(received.closeInterval()?.highestSequence).toBe(0x1_0001)
  })
})

describe('clock rates (RFC 3551 4.1, RFC 7160)', () => {
  const types = new PayloadTypes(
    [
      { payloadType: 111, encoding: 'PCMA', clockRate: 48_000 },
      { payloadType: 0, encoding: 'PCMU', clockRate: 8000 },
    ],
    8000,
  )

  it('follow the payload type of each packet: a change of codec in one stream is no jitter', () => {
    const { table, received } = receiver()
    received.payloadTypes = types
    let timestamp = 5000
    for (let sequence = 0; sequence < 60; sequence++) {
      const payloadType = sequence < 30 ? 0 : 111
      received.receive(rtpPacket({ sequence, timestamp, ssrc: 1, payloadType }), sequence * 20)
      timestamp += payloadType === 0 ? 160 : 960
    }
    expect(table.jitterMaxMs[0]).toBe(0)
    expect(table.longestGapMs[0]).toBe(0)
    expect(received.ptimeMs).toBe(20)
  })

  it('give the jitter in ms, whatever the units', () => {
    const jitters = [0, 111].map((payloadType) => {
      const { table, received } = receiver()
      received.payloadTypes = types
      const units = payloadType === 0 ? 160 : 960
      for (let sequence = 0; sequence < 100; sequence++) {
        const atMs = sequence * 20 + (sequence % 2) * 8
        received.receive(rtpPacket({ sequence, timestamp: sequence * units, ssrc: 1, payloadType }), atMs)
      }
      return table.jitterMs[0] ?? 0
    })
    expect(jitters[0]).toBeGreaterThan(7)
    expect(jitters[1]).toBeCloseTo(jitters[0] ?? 0, 9)
  })
})

describe('fates of packets, for the judgement of quality', () => {
  it('agree with what was counted, whatever the network did', () => {
    const step = fc.record({
      jump: fc.constantFrom(1, 1, 1, 1, 2, 3, 40, 130, -1, -2, -20, 0),
      lateMs: fc.constantFrom(0, 0, 0, 30, 300),
    })
    fc.assert(
      fc.property(fc.nat(65_535), fc.array(step, { maxLength: 300 }), (start, steps) => {
        const { table, received, take } = receiver()
        let place = 0
        take({ sequence: start, atMs: 0, timestamp: 0 })
        for (const { jump, lateMs } of steps) {
          place += jump
          const sequence = (((start + place) % 65_536) + 65_536) % 65_536
          take({ sequence, atMs: place * 20 + lateMs, timestamp: (place * 160) >>> 0 })
        }
        const fates = received.fates()
        expect([fates.expected, fates.lost, fates.discarded]).toEqual([
          table.packetsExpected[0],
          table.packetsLost[0],
          table.packetsDiscarded[0],
        ])
      }),
    )
  })

  it('count what came too late for the jitter buffer beside what was lost', () => {
    const { table, received, take } = receiver()
    for (const sequence of [1, 2, 3, 5, 6, 7]) take({ sequence, atMs: sequence * 20 + (sequence === 6 ? 150 : 0) })
    expect(table.packetsDiscarded[0]).toBe(1)
    expect(received.fates()).toMatchObject({ expected: 7, lost: 1, discarded: 1, runs: 2 })
  })

  it('of before the answer are forgiven', () => {
    const { received, take } = receiver()
    for (const sequence of [1, 4]) take({ sequence })
    received.markAnswered(100)
    for (const sequence of [5, 6, 8, 9]) take({ sequence })
    // The packet that ends the start is not judged either: what was lost before it is not its neighbour.
    expect(received.fates()).toMatchObject({ expected: 4, lost: 1, runs: 1 })
  })

  it('go on over a change of source', () => {
    const { received, take } = receiver()
    for (const sequence of [1, 3]) take({ sequence, ssrc: 1 })
    for (const sequence of [100, 102, 103]) take({ sequence, ssrc: 2, atMs: 1000 + sequence })
    expect(received.fates()).toMatchObject({ expected: 7, lost: 2, runs: 2 })
  })
})

it('the encoding is that of the audio heard last, whatever is sent', () => {
  const { received } = receiver()
  received.payloadTypes = new PayloadTypes(
    [
      { payloadType: 0, encoding: 'PCMU', clockRate: 8000 },
      { payloadType: 9, encoding: 'G722', clockRate: 8000 },
      { payloadType: 101, encoding: 'telephone-event', clockRate: 8000 },
    ],
    8000,
  )
  const encodings = [0, 9, 101, 77].map((payloadType, sequence) => {
    received.receive(rtpPacket({ sequence, payloadType }), sequence * 20)
    return received.encoding
  })
  expect(encodings).toEqual(['PCMU', 'G722', 'G722', undefined])
})
