import { beforeEach, describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.js'
import { writeCompound } from '../../src/media/rtcp/rtcp-writer.js'
import type { OpenedStream, StreamSpec } from '../../src/media/stream-port.js'
import { newStreamPort } from '../../src/media/stream-ports.js'
import type { StreamKeys } from '../../src/model/srtp.js'
import { stunMethods, writeStun } from '../../src/stun/stun-message.js'
import { rtpPacket } from '../media/packet.js'
import { srtpKeys } from '../media/srtp/fixture.js'
import { weriftEnd } from '../media/srtp/werift.js'
import { type Peer, StreamPortFixture } from './stream-port-fixture.js'

/** Of the far side, which everybody may know. */
const farSsrc = 5
const ourSsrc = 77
const truePackets = 250
const hostilePerTrue = 40

const at = new StreamPortFixture((options) => newStreamPort(options), 40)

const below = (rng: Rng, limit: number): number => rng.uint32() % limit

const noise = (rng: Rng, most: number, first?: number): Buffer => {
  const bytes = Buffer.from(Array.from({ length: 1 + below(rng, most) }, () => below(rng, 256)))
  if (first !== undefined) bytes[0] = first
  return bytes
}

/** A report that says the worst of what we sent, and that the far side is gone. */
const falseReport = (ssrc: number): Buffer =>
  writeCompound(
    ssrc,
    'stranger',
    { wallMs: 1, rtpTimestamp: 2, packets: 1_000_000, octets: 1 },
    { ssrc: ourSsrc, fractionLost: 255, cumulativeLost: 999, highestSequence: 1, jitterUnits: 1e6, lsr: 1, dlsr: 1 },
    true,
  )

/** What a stranger sends who knows all that goes over the wire in clear, by turns; `seen` is what the far side sent last. */
const attacks: readonly ((rng: Rng, seen: Buffer, sequence: number) => Buffer)[] = [
  (rng) => noise(rng, 300),
  (rng) => noise(rng, 11, 0x80),
  (rng, seen) => seen.subarray(0, below(rng, 12)),
  (rng, _seen, sequence) => Buffer.from(rtpPacket({ sequence, ssrc: rng.uint32() })),
  (rng) => Buffer.from(rtpPacket({ sequence: rng.uint32() & 0xffff, ssrc: farSsrc })),
  (_rng, _seen, sequence) => Buffer.from(rtpPacket({ sequence: sequence + 1, ssrc: farSsrc })),
  (_rng, seen) => seen,
  (rng) => falseReport(below(rng, 2) === 0 ? farSsrc : rng.uint32()),
  (rng) => writeStun({ method: stunMethods.binding, messageClass: 'request', transactionId: hex(rng) }, []),
  (rng) => Buffer.concat([Buffer.of(22, 254, 253), noise(rng, 200)]),
]

const hex = (rng: Rng): string => Array.from({ length: 24 }, () => below(rng, 16).toString(16)).join('')

/** All of the report that does not depend on when packets arrive, and what of the row is no count of refused packets. */
function told({ handle }: OpenedStream) {
  const report = at.port.report(handle)
  const { rtcpReceived, remoteLost, remoteJitterMs, roundTrips } = at.port.statistics
  const row = [rtcpReceived, remoteLost, remoteJitterMs, roundTrips].map((column) => column[handle])
  const { ssrc, packetsReceived, packetsExpected, packetsLost, packetsReordered, packetsDuplicated } = report
  const { bytesReceived, packetsLostAtStart, sourceChanges, dtmfReceived, remoteLost: lost, roundTripsMs } = report
  const counts = { packetsReceived, packetsExpected, packetsLost, packetsReordered, packetsDuplicated, bytesReceived }
  return { ssrc, ...counts, packetsLostAtStart, sourceChanges, dtmfReceived, lost, roundTripsMs, row }
}

/** Packets that were not taken, by all counters that there are for them. */
function refused({ handle }: OpenedStream): number {
  const { malformed, unexpectedSource, packetsUnauthenticated, packetsReplayed, stalePackets } = at.port.statistics
  const columns = [malformed, unexpectedSource, packetsUnauthenticated, packetsReplayed, stalePackets]
  return columns.reduce((sum, column) => sum + (column[handle] ?? 0), 0)
}

const digit = (sequence: number): Uint8Array =>
  rtpPacket({ sequence, timestamp: 4000, ssrc: farSsrc, payloadType: 101 }, Uint8Array.of(7, 0x80, 0, 160))

/** What the far side sends: some packets are lost, two change places, one comes twice, and there is a digit. */
function truth(i: number): Uint8Array[] {
  const packet = (n: number) => rtpPacket({ sequence: 65_500 + n, timestamp: n * 160, ssrc: farSsrc })
  if (i % 50 === 49) return []
  if (i === 100) return [digit(65_500 + i)]
  if (i === 20) return [packet(21)]
  if (i === 21) return [packet(20), packet(20)]
  return [packet(i)]
}

describe.each([
  ['plain', undefined],
  ['under SDES keys', 'AES_CM_128_HMAC_SHA1_80'],
  ['under SDES keys of AEAD', 'AEAD_AES_128_GCM'],
] as const)('hostile packets to a stream %s', (_kind, suite) => {
  let far: Peer
  let stranger: Peer
  const keys: StreamKeys | undefined = suite && { send: srtpKeys(suite, 1), receive: [srtpKeys(suite, 2)] }
  const spec: Partial<StreamSpec> = { keys, sending: false, ssrc: ourSsrc, telephoneEventPayloadType: 101 }

  beforeEach(async () => {
    far = await at.peer()
    stranger = await at.peer()
  })

  it('change nothing but counters of what was refused', { timeout: 60_000 }, async () => {
    const [quiet, attacked] = [
      await at.open({ ...spec, remote: far.address }),
      await at.open({ ...spec, remote: far.address }),
    ]
    const rng = new Rng(11, 'hostile')
    const end = suite && weriftEnd(srtpKeys(suite, 2))
    const report = writeCompound(farSsrc, 'far', undefined, undefined, false)
    const sealedReport = end?.protectRtcp(report) ?? report
    for (const { local } of [quiet, attacked]) far.send(sealedReport, { host: local.host, port: local.port + 1 })
    let seen: Buffer = Buffer.alloc(0)
    let hostile = 0
    for (let i = 0; i < truePackets; i++) {
      for (const packet of truth(i)) {
        seen = end?.protectRtp(Buffer.from(packet)) ?? Buffer.from(packet)
        for (const { local } of [quiet, attacked]) far.send(seen, local)
      }
      await until(() => at.received(attacked.handle) === at.received(quiet.handle) && at.received(quiet.handle) > 0)
      for (let n = 0; n < hostilePerTrue; n++) {
        const bytes = attacks[n % attacks.length]?.(rng, seen, 65_500 + i) ?? Buffer.alloc(0)
        const toRtcp = n % 3 === 0 ? 1 : 0
        stranger.send(bytes, { host: attacked.local.host, port: attacked.local.port + toRtcp })
        hostile++
      }
      await until(() => refused(attacked) === refused(quiet) + hostile)
    }
    expect(hostile).toBe(10_000)
    await until(() => at.port.statistics.rtcpReceived[quiet.handle] === 1)
    expect(told(attacked)).toEqual(told(quiet))
    expect(told(quiet)).toMatchObject({ ssrc: farSsrc, packetsReordered: 1, dtmfReceived: '7', sourceChanges: 0 })
    expect(told(quiet).packetsReceived).toBe(truePackets - truePackets / 50)
    // Under keys what comes twice is a replay.
    expect(refused(quiet)).toBe(suite ? 1 : 0)
  })
})

const until = (done: () => boolean) => expect.poll(done, { timeout: 5000, interval: 1 }).toBe(true)
