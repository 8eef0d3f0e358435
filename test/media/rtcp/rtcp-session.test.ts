import { expect, it } from 'vitest'
import { ReceiveStatistics } from '../../../src/media/receive-statistics.js'
import { RtcpSession } from '../../../src/media/rtcp/rtcp-session.js'
import { StatisticsTable } from '../../../src/media/statistics-view.js'
import { allExtendedReports, noExtendedReports } from '../../../src/model/extended-reports.js'
import { usualTerminal } from '../../../src/model/terminal.js'
import { rtpPacket } from '../packet.js'

const wallOffsetMs = 1_700_000_000_000

function side(ssrc: number, extendedReports = noExtendedReports) {
  const table = new StatisticsTable(1)
  table.clearRow(0)
  const received = new ReceiveStatistics(table, 0, 8000, 20, usualTerminal.jitterBuffer)
  const settings = { ssrc, cname: `side ${ssrc}`, codec: 'PCMU', ptimeMs: 20, terminal: usualTerminal, extendedReports }
  const session = new RtcpSession(table, 0, settings, 8000, received)
  return { table, received, session }
}

it('two sides measure the round trip: 30 ms there, 50 ms back, however long the report was held', () => {
  const [a, b] = [side(1), side(2)]
  a.table.packetsSent[0] = 10
  b.received.receive(rtpPacket({ ssrc: 1, sequence: 1 }), 0)
  const fromA = a.session.write(1000, wallOffsetMs + 1000, 8000, false)
  // The wall clocks of the two differ by an hour: that must not matter.
  b.session.receive(fromA, 1030, wallOffsetMs + 1030 + 3_600_000)
  const fromB = b.session.write(3777, wallOffsetMs + 3777 + 3_600_000, 0, false)
  a.session.receive(fromB, 3827, wallOffsetMs + 3827)
  expect(a.session.roundTripsMs[0]).toBeCloseTo(80, 1)
  expect(a.table.roundTripMs[0]).toBe(a.session.roundTripsMs[0])
  expect([a.table.rtcpSent[0], a.table.rtcpReceived[0], a.table.roundTrips[0]]).toEqual([1, 1, 1])
})

it('the far side learns what was lost and how it jittered', () => {
  const [a, b] = [side(1), side(2)]
  for (const sequence of [1, 2, 5])
    b.received.receive(rtpPacket({ ssrc: 1, sequence, timestamp: sequence * 160 }), sequence * 20 + (sequence % 2) * 16)
  a.session.receive(b.session.write(200, wallOffsetMs, 0, false), 230, wallOffsetMs)
  expect(a.table.remoteLost[0]).toBe(2)
  expect(a.table.remoteJitterMs[0]).toBeCloseTo(b.table.jitterMs[0] ?? 0, 0)
  expect(a.table.remoteJitterMs[0]).toBeGreaterThan(1)
})

it('sends SR while it sends packets and RR after', () => {
  const { table, session } = side(1)
  table.packetsSent[0] = 5
  expect(session.write(0, 0, 0, false)[1]).toBe(200)
  expect(session.write(5000, 5000, 0, false)[1]).toBe(201)
})

it('a report about someone else changes nothing', () => {
  const [a, b] = [side(1), side(2)]
  b.received.receive(rtpPacket({ ssrc: 99, sequence: 1 }), 0)
  a.session.receive(b.session.write(0, 0, 0, true), 0, 0)
  expect(a.table.remoteLost[0]).toBe(Number.NaN)
  expect(a.session.byeReceived).toBe(true)
})

it('a malformed packet is told by kind and changes nothing', () => {
  const { table, session } = side(1)
  expect(session.receive(new Uint8Array(5), 0, 0)).toBe('too-short')
  expect(table.rtcpReceived[0]).toBe(0)
})

it('tells what the far side said of our packets, and how many there were by then', () => {
  const [a, b] = [side(1), side(2)]
  a.table.packetsSent[0] = 5
  for (const sequence of [1, 2, 5]) b.received.receive(rtpPacket({ ssrc: 1, sequence }), sequence * 20)
  a.session.receive(b.session.write(200, wallOffsetMs, 0, false), 230, wallOffsetMs)
  expect(a.session.remoteView).toEqual({
    reception: { atMs: 230, lost: 2, jitterMs: expect.any(Number), packetsSent: 5 },
    voip: undefined,
    sent: undefined,
  })
})

it('compares what a sender claims between its reports with what its sequence numbers show', () => {
  const [a, b] = [side(1), side(2)]
  const hear = (sequence: number) => b.received.receive(rtpPacket({ ssrc: 1, sequence }), sequence * 20)
  const claim = (packets: number, atMs: number) => {
    a.table.packetsSent[0] = packets
    b.session.receive(a.session.write(atMs, wallOffsetMs + atMs, 0, false), atMs, wallOffsetMs + atMs)
  }
  hear(1)
  claim(10, 100)
  for (const sequence of [2, 3, 6]) hear(sequence)
  claim(25, 5000)
  expect(b.session.remoteView.sent).toEqual({ claimed: 15, expected: 5 })
})

it('sends its VoIP metrics when they were agreed: the far side reads what was measured here', () => {
  const [a, b] = [side(1), side(2, allExtendedReports)]
  for (let sequence = 1; sequence <= 100; sequence++) {
    if (sequence % 25 !== 0)
      b.received.receive(rtpPacket({ ssrc: 1, sequence, timestamp: sequence * 160 }), sequence * 20)
  }
  a.session.receive(b.session.write(2100, wallOffsetMs, 0, false), 2130, wallOffsetMs)
  expect(a.session.remoteView.voip).toMatchObject({
    atMs: 2130,
    metrics: { lossRate: 7 / 256, discardRate: 0, burstMs: 0, gapMs: 1980, gmin: 16, mosLq: 2.8, mosCq: undefined },
  })
  expect(a.session.remoteView.voip?.metrics).toMatchObject({ jitterBuffer: 'adaptive', jitterBufferAbsMaxMs: 200 })
})

it('sends no extended report that was not agreed', () => {
  const [a, b] = [side(1), side(2)]
  b.received.receive(rtpPacket({ ssrc: 1, sequence: 1 }), 0)
  a.session.receive(b.session.write(0, 0, 0, false), 0, 0)
  expect(a.session.remoteView.voip).toBeUndefined()
})

it('one that sends no RTP measures its round trip all the same (RFC 3611 4.4, 4.5): 30 ms there, 50 ms back', () => {
  const [a, b] = [side(1, allExtendedReports), side(2, allExtendedReports)]
  b.session.receive(a.session.write(1000, wallOffsetMs + 1000, 0, false), 1030, wallOffsetMs + 1030)
  b.table.packetsSent[0] = 5
  a.session.receive(b.session.write(3777, wallOffsetMs + 3777, 0, false), 3827, wallOffsetMs + 3827)
  expect(a.session.roundTripsMs).toEqual([expect.closeTo(80, 1)])
})

it('one that sends RTP sends no reference time: its sender report is one', () => {
  const { table, session } = side(1, allExtendedReports)
  const receiver = session.write(0, 0, 0, false)
  table.packetsSent[0] = 1
  expect(receiver.includes(Buffer.of(0x80, 207))).toBe(true)
  expect(session.write(0, 0, 0, false).includes(Buffer.of(0x80, 207))).toBe(false)
})
