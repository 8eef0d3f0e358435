import { describe, expect, it } from 'vitest'
import { Rng } from '../../../src/base/rng.js'
import { rtpPacket } from '../packet.js'
import { srtpEngines } from './engines.js'
import { compoundRtcp, srtpKeys } from './fixture.js'
import { weriftEnd, weriftSuites } from './werift.js'

const room = 64

const round = 65_536

/** One by one; some are lost, and some change places with the next. */
function* lossy(first: number, count: number, rng: Rng): Generator<number> {
  for (let sequence = first; sequence < first + count; sequence++) {
    const chance = rng.next()
    if (chance < 0.02) continue
    if (chance < 0.04) yield sequence + 1
    yield sequence
    if (chance < 0.04) sequence++
  }
}

/** One by one around three rollovers, and in leaps of less than half a round between them. */
function* sequences(rng: Rng): Generator<number> {
  for (let start = 0; start < 3 * round; start += round) {
    yield* lossy(start + 64_500, 2000, rng)
    yield start + round + 25_000
    yield start + round + 50_000
  }
}

function randomPacket(sequence: number, ssrc: number, rng: Rng): Buffer {
  const payload = Uint8Array.from({ length: rng.integer(1, 200) }, () => rng.integer(0, 255))
  return Buffer.from(rtpPacket({ sequence, ssrc, timestamp: rng.uint32(), payloadType: rng.integer(0, 127) }, payload))
}

const ends = srtpEngines.flatMap(([name, engine]) => weriftSuites.map((suite) => [name, suite, engine] as const))

describe.each(ends)('%s: %s against werift', (_name, suite, engine) => {
  const rng = new Rng(20_260_101, suite)
  const packets = [...sequences(rng)]

  it('werift reads what we send, through three rollovers with loss and reordering', () => {
    const keys = srtpKeys(suite, 3)
    const sender = engine.newSender(keys)
    const peer = weriftEnd(keys)
    const into = Buffer.alloc(12 + 200 + room)
    for (const sequence of packets) {
      const packet = randomPacket(sequence, 0xabcd_ef01, rng)
      const length = sender.protectRtp(packet, packet.length, into)
      if (!peer.unprotectRtp(Buffer.from(into.subarray(0, length))).equals(packet)) expect.fail(`packet ${sequence}`)
    }
  })

  it('we read what werift sends, through three rollovers with loss and reordering', () => {
    const keys = srtpKeys(suite, 4)
    const receiver = engine.newReceiver(keys)
    const peer = weriftEnd(keys)
    const into = Buffer.alloc(12 + 200 + room)
    for (const sequence of packets) {
      const packet = randomPacket(sequence, 0x0102_0304, rng)
      const length = receiver.unprotectRtp(peer.protectRtp(packet), into)
      if (typeof length === 'string') expect.fail(`packet ${sequence}: ${length}`)
      if (!into.subarray(0, length).equals(packet)) expect.fail(`packet ${sequence}`)
    }
  })

  it('reads and is read in SRTCP', () => {
    const keys = srtpKeys(suite, 5)
    const peer = weriftEnd(keys)
    const sender = engine.newSender(keys)
    const receiver = engine.newReceiver(keys)
    const into = Buffer.alloc(400)
    for (let i = 0; i < 2000; i++) {
      const packet = compoundRtcp(7 + (i & 1), 'x'.repeat(i % 100))
      const sent = sender.protectRtcp(packet, packet.length, into)
      expect(peer.unprotectRtcp(Buffer.from(into.subarray(0, sent)))).toEqual(packet)
      const received = receiver.unprotectRtcp(peer.protectRtcp(packet), into)
      expect(into.subarray(0, Number(received))).toEqual(packet)
    }
  })
})
