import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { VirtualClock } from '../../src/base/virtual-clock.js'
import { NativeRtp } from '../../src/media/native-rtp.js'
import { ReceiveStatistics } from '../../src/media/receive-statistics.js'
import type { Reception } from '../../src/media/reception.js'
import { PayloadTypes } from '../../src/media/rtp/payload-types.js'
import { StatisticsTable } from '../../src/media/statistics-view.js'
import type { RtpFormat } from '../../src/model/codec.js'
import { type JitterBufferSettings, usualTerminal } from '../../src/model/terminal.js'
import { nativePart } from '../../src/native/addon.js'
import { rtpPacket } from '../media/packet.js'
import { requireAll } from '../peers/require-peer.js'

const { addon, reason } = nativePart
if (!addon && requireAll()) throw new Error(reason)
if (!addon) process.stderr.write(`statistics by the native part are not tested: ${reason}\n`)
const rows = 4
const table = new StatisticsTable(rows)
const native = addon && new NativeRtp(addon.rtp, new VirtualClock(), table)
afterAll(() => native?.close())

const formats: RtpFormat[] = [
  { payloadType: 0, encoding: 'PCMU', clockRate: 8000 },
  { payloadType: 111, encoding: 'opus', clockRate: 48_000 },
  { payloadType: 101, encoding: 'telephone-event', clockRate: 8000 },
]

interface Packet {
  readonly sequence: number
  readonly timestamp: number
  readonly ssrc: number
  readonly payloadType: number
  readonly marker: boolean
  readonly payload: Uint8Array
  readonly afterMs: number
}

/** What happens to the stream after a packet. */
type Event = 'none' | 'answered' | 'pause' | 'interval' | 'ptime'

/** A row, and whatever else the parts know of the stream, with the same names for both. */
function known(received: Reception, of: StatisticsTable, row: number): object {
  const columns = Object.entries(of).filter(([, column]) => ArrayBuffer.isView(column))
  const { jitterBuffer, encoding, heard, ssrc, highestSequence, ptimeMs, digits, longGaps } = received
  const { expected, lost, discarded, runs, burst } = received.fates()
  return {
    columns: Object.fromEntries(columns.map(([name, column]) => [name, (column as Float64Array)[row]])),
    buffer: [jitterBuffer.delayMs, jitterBuffer.maxMs, jitterBuffer.meanHeldMs],
    ...{ encoding, heard, ssrc, highestSequence, ptimeMs, digits, longGaps: [...longGaps] },
    intervals: [received.closeInterval(), received.closeInterval()],
    fates: { expected, lost, discarded, runs, burst },
    timeline: received.timeline(),
  }
}

function expectTheSame(packets: readonly (readonly [Packet, Event])[], jitterBuffer: JitterBufferSettings): void {
  if (!native) throw new Error('there is no native part')
  const own = new StatisticsTable(rows)
  for (const each of [own, table]) each.clearRow(2)
  const one = new ReceiveStatistics(own, 2, 8000, 20, jitterBuffer)
  const other = native.openReception(2, 8000, 20, jitterBuffer)
  for (const received of [one, other]) {
    received.payloadTypes = new PayloadTypes(formats, 8000)
    let atMs = 1000
    for (const [{ payload, afterMs, ...fields }, event] of packets) {
      atMs += afterMs
      received.receive(rtpPacket(fields, payload), atMs)
      if (event === 'answered') received.markAnswered(atMs + 5)
      if (event === 'pause') received.pause()
      if (event === 'interval') received.closeInterval()
      if (event === 'ptime') received.ptimeMs = 30
    }
  }
  expect(known(other, table, 2)).toEqual(known(one, own, 2))
}

const fixed: JitterBufferSettings = { kind: 'fixed', delayMs: 45 }
const buffer = fc.constantFrom(usualTerminal.jitterBuffer, fixed)
const event = fc.constantFrom<Event>('none', 'none', 'none', 'none', 'none', 'answered', 'pause', 'interval', 'ptime')
/** What a network makes of a packet: how far its number goes on, and when it comes after the one before. */
const step = fc.record({
  ahead: fc.oneof(
    { weight: 12, arbitrary: fc.constant(1) },
    { weight: 3, arbitrary: fc.integer({ min: -130, max: 130 }) },
    { weight: 1, arbitrary: fc.integer({ min: -40_000, max: 40_000 }) },
  ),
  afterMs: fc.oneof(
    { weight: 8, arbitrary: fc.double({ min: 0, max: 40, noNaN: true }) },
    { weight: 1, arbitrary: fc.double({ min: 0, max: 5000, noNaN: true }) },
  ),
  payloadType: fc.oneof(
    { weight: 9, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.constantFrom(13, 101, 111, 96) },
  ),
  marker: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.boolean() }),
  ssrc: fc.oneof({ weight: 20, arbitrary: fc.constant(7) }, { weight: 1, arbitrary: fc.constantFrom(8, 0xffff_ffff) }),
  jumpUnits: fc.oneof({ weight: 20, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer() }),
  payload: fc.oneof(
    { weight: 9, arbitrary: fc.constant(new Uint8Array(160)) },
    { weight: 2, arbitrary: fc.uint8Array({ maxLength: 8 }) },
  ),
  event,
})

describe.runIf(native)('both implementations make the same of the same packets', () => {
  test('whatever a network does to a stream', () => {
    const start = fc.record({ sequence: fc.nat(65_535), timestamp: fc.nat(0xffff_ffff) })
    fc.assert(
      fc.property(start, fc.array(step, { maxLength: 300 }), buffer, (first, steps, jitterBuffer) => {
        let { sequence, timestamp } = first
        const packets = steps.map(({ ahead, jumpUnits, event, ...packet }) => {
          sequence += ahead
          timestamp += ahead * 160 + jumpUnits
          return [{ ...packet, sequence: sequence & 0xffff, timestamp: timestamp >>> 0 }, event] as const
        })
        expectTheSame(packets, jitterBuffer)
      }),
      { numRuns: 300 },
    )
  })

  test.each([
    ['an hour in order, over wraps', 180_000, () => ({})],
    ['an hour with loss and bursts', 180_000, (index: number) => (index % 37 < 3 ? { ahead: 2 } : {})],
    ['with digits', 400, (index: number) => ({ payloadType: 101, payload: Buffer.from([index % 18, 0, 0, index]) })],
    ['with long gaps', 4000, (index: number) => ({ afterMs: index % 50 === 0 ? 61 + (index % 700) : 20 })],
  ] as const)('%s', (_name, count, change) => {
    let sequence = 65_000
    const packets = Array.from({ length: count }, (_, index): [Packet, Event] => {
      const { ahead = 1, ...rest } = change(index) as Partial<Packet> & { ahead?: number }
      sequence += ahead
      const usual = {
        payloadType: 0,
        ssrc: 7,
        marker: false,
        payload: new Uint8Array(160),
        afterMs: 19.9 + (index % 3) / 10,
      }
      const packet = { ...usual, sequence: sequence & 0xffff, timestamp: (sequence * 160) >>> 0, ...rest }
      return [packet, index === 200 ? 'answered' : index % 250 === 0 ? 'interval' : 'none']
    })
    expectTheSame(packets, usualTerminal.jitterBuffer)
  })
})
