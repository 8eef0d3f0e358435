import { describe, expect, it } from 'vitest'
import { NativeRtp } from '../../src/media/native-rtp.js'
import type { NativeSocket } from '../../src/media/native-socket.js'
import { NativeSrtpSender } from '../../src/media/srtp/native-srtp-sender.js'
import { nodeSrtpEngine } from '../../src/media/srtp/srtp-engine.js'
import { StatisticsTable } from '../../src/media/statistics-view.js'
import type { StreamChange } from '../../src/media/stream-port.js'
import { newNativePort } from '../../src/media/stream-ports.js'
import type { SrtpKeys } from '../../src/model/srtp.js'
import { type NativeAddon, nativePart } from '../../src/native/addon.js'
import { register } from '../../src/native/rtp-addon.js'
import { rtpPacket } from '../media/packet.js'
import { srtpKeys, suiteNames } from '../media/srtp/fixture.js'
import { weriftEnd } from '../media/srtp/werift.js'
import { freePortRange } from '../peers/free-port.js'
import { occupy } from '../peers/occupy.js'
import { describeMissing } from '../peers/require-peer.js'
import { type Peer, StreamPortFixture, until } from './stream-port-fixture.js'

const suite = 'AES_CM_128_HMAC_SHA1_80'
const ours = srtpKeys(suite, 1)
const theirs = srtpKeys(suite, 2)
const newer = srtpKeys('AEAD_AES_128_GCM', 3)

/** Reads what was sent under these keys, by werift or, where it knows no such suite, by node:crypto; throws on other. */
function decoderOf(keys: SrtpKeys): (wire: Buffer) => Buffer {
  if (!keys.mki && (keys.suite === suite || keys.suite === newer.suite)) return weriftEnd(keys).unprotectRtp
  const receiver = nodeSrtpEngine.newReceiver(keys)
  return (wire) => {
    const length = receiver.unprotectRtp(wire, wire)
    if (typeof length === 'string') throw new Error(length)
    return wire.subarray(0, length)
  }
}

/** Sequence numbers, as far as they are authentic. */
const sequencesOf = (packets: readonly Buffer[], keys: SrtpKeys): number[] => {
  const decode = decoderOf(keys)
  return packets.map((wire) => decode(Buffer.from(wire)).readUInt16BE(2))
}

function expectInSequence(sequences: readonly number[], count: number): void {
  const [first = -1] = sequences
  expect(sequences).toEqual(Array.from({ length: count }, (_, index) => (first + index) & 0xffff))
}

function streams(addon: NativeAddon): void {
  const at = new StreamPortFixture((options) => newNativePort(options, addon))
  const { open, peer } = at
  const keys = { send: ours, receive: [theirs] } as const
  const sent = (handle: number): number => at.port.statistics.packetsSent[handle] ?? 0
  const more = async ({ packets }: Peer): Promise<void> => {
    const before = packets.length
    await until(() => packets.length > before + 3, 'packets')
  }

  it.each(
    suiteNames.flatMap((name) => [
      [name, 'without an MKI', undefined] as const,
      [name, 'with an MKI', Uint8Array.of(7, 8)] as const,
    ]),
  )('leaves on time while JavaScript is busy, under %s %s', async (name, _how, mki) => {
    const far = await peer()
    const send = srtpKeys(name, 1, mki)
    const { handle } = await open({ remote: far.address, keys: { send, receive: [srtpKeys(name, 2, mki)] } })
    await more(far)
    const before = sent(handle)
    occupy(300)
    expect(sent(handle) - before).toBeGreaterThan(8)
    const { packetsSent } = at.port.remove(handle)
    await until(() => far.packets.length === packetsSent, 'all packets')
    expectInSequence(sequencesOf(far.packets, send), packetsSent)
  })

  const tap = (wanted: boolean) => {
    at.port.tap = wanted ? () => {} : undefined
  }
  const change = (wanted: StreamChange) => (handle: number) => void at.port.update(handle, wanted)
  const dial = (handle: number) => void at.port.dtmf(handle, '159#', 40, 20)

  it.each<[string, ((handle: number) => void)[]]>([
    ['a tap comes', [() => tap(true)]],
    ['a tap comes and goes', [() => tap(true), () => tap(false)]],
    ['it is muted for a moment', [change({ sending: false }), change({ sending: true })]],
    ['the same keys are agreed on once more', [change({ keys: { send: { ...ours }, receive: [theirs] } })]],
    ['the far side changes its key', [change({ keys: { send: ours, receive: [newer] } })]],
    ['the codec changes', [change({ codec: 'PCMA', payloadType: 8, ptimeMs: 10 })]],
    ['digits are sent', [dial]],
    ['digits are sent and a tap comes', [dial, () => tap(true)]],
  ])('goes on in sequence when %s, twice', async (_what, changes) => {
    const far = await peer()
    const { handle } = await open({ remote: far.address, keys, telephoneEventPayloadType: 101 })
    for (const _ of [1, 2]) {
      await more(far)
      for (const each of changes) each(handle)
    }
    await more(far)
    const { packetsSent } = at.port.remove(handle)
    await until(() => far.packets.length === packetsSent, 'all packets')
    expectInSequence(sequencesOf(far.packets, ours), packetsSent)
  })

  it('leaves on time while a tap sees it, in clear and with the time at which it left', async () => {
    const far = await peer()
    const seen: { sequence: number; length: number; atMs: number }[] = []
    at.port.tap = (_handle, direction, protocol, bytes, atMs) => {
      if (direction !== 'sent' || protocol !== 'rtp') return
      seen.push({ sequence: Buffer.from(bytes).readUInt16BE(2), length: bytes.length, atMs })
    }
    const { handle } = await open({ remote: far.address, keys })
    await more(far)
    const [before, busyFromMs] = [sent(handle), at.clock.nowMs()]
    occupy(300)
    expect(sent(handle) - before).toBeGreaterThan(8)
    const { packetsSent } = at.port.remove(handle)
    await until(() => far.packets.length === packetsSent, 'all packets')
    expect(seen.map(({ sequence }) => sequence)).toEqual(sequencesOf(far.packets, ours))
    expect(new Set(seen.map(({ length }) => length))).toEqual(new Set([172]))
    expect(seen.filter(({ atMs }) => atMs > busyFromMs && atMs < busyFromMs + 300).length).toBeGreaterThan(8)
    expect(at.port.counters.sentUnseen).toBe(0)
  })

  it('is received, opened and counted while JavaScript is busy, and is in clear for a tap', async () => {
    const [a, b] = await at.openPair({ keys }, { keys: { send: theirs, receive: [ours] } })
    await until(() => at.received(b.handle) > 3, 'the first packets')
    const before = at.received(b.handle)
    occupy(300)
    expect(at.received(b.handle) - before).toBeGreaterThan(8)
    const heard: number[] = []
    at.port.tap = (handle, direction, protocol, bytes) => {
      if (handle === b.handle && direction === 'received' && protocol === 'rtp') heard.push(bytes.length)
    }
    await until(() => heard.length > 5, 'packets that are heard')
    expect(new Set(heard)).toEqual(new Set([172]))
    const { packetsSent } = at.port.remove(a.handle)
    await until(() => at.received(b.handle) === packetsSent, 'all packets')
    expect(at.port.report(b.handle)).toMatchObject({ bytesReceived: 172 * packetsSent, packetsReordered: 0 })
  })

  it('may be padded, and is malformed where its padding is', async () => {
    const far = await peer()
    const { handle, local } = await open({ keys, remote: far.address, sending: false })
    const end = weriftEnd(theirs)
    for (const [sequence, padding] of [4, 0, 1].entries()) {
      const packet = Buffer.from(rtpPacket({ sequence, timestamp: sequence * 160 }))
      packet[0] = 0xa0
      packet[packet.length - 1] = padding
      far.send(end.protectRtp(packet), local)
    }
    await until(() => at.received(handle) === 2, 'two packets')
    const { malformed, packetsUnauthenticated, packetsReplayed } = at.port.statistics
    expect([malformed[handle], packetsUnauthenticated[handle], packetsReplayed[handle]]).toEqual([1, 0, 0])
  })

  it('goes on in sequence to another address', async () => {
    const [far, next] = [await peer(), await peer()]
    const { handle } = await open({ remote: far.address, keys })
    await more(far)
    at.port.update(handle, { remote: next.address })
    await more(next)
    const { packetsSent } = at.port.remove(handle)
    await until(() => far.packets.length + next.packets.length === packetsSent, 'all packets')
    expectInSequence(sequencesOf([...far.packets, ...next.packets], ours), packetsSent)
  })

  it('is under new keys from one packet to the next, and then under none', async () => {
    const far = await peer()
    const { handle } = await open({ remote: far.address, keys })
    await more(far)
    // Nothing is sent between a count and the change after it.
    const ends = [0]
    for (const next of [{ send: newer, receive: [theirs] } as const, undefined]) {
      at.port.update(handle, { sending: false })
      ends.push(sent(handle))
      at.port.update(handle, { keys: next, sending: true })
      await more(far)
    }
    const { packetsSent } = at.port.remove(handle)
    ends.push(packetsSent)
    await until(() => far.packets.length === packetsSent, 'all packets')
    const part = (number: number) => far.packets.slice(ends[number], ends[number + 1])
    const plain = part(2).map((bytes) => bytes.readUInt16BE(2))
    expect(part(2).every(({ length }) => length === 172)).toBe(true)
    expectInSequence([...sequencesOf(part(0), ours), ...sequencesOf(part(1), newer), ...plain], packetsSent)
  })
}

/** A packet of the thread's, every 5 ms, from a sequence number on. */
function begin(rtp: NativeRtp, socket: NativeSocket, sender: NativeSrtpSender, to: Peer, sequence: number): void {
  const { registers } = rtp.memory
  registers[register.sequence] = sequence
  registers[register.eventPayloadType] = -1
  registers[register.unitsPerMs] = 8
  registers[register.periodMs] = 5
  const { host, port } = to.address
  expect(rtp.engine.start(0, socket.number, host, port, false, sender.handle)).toBeGreaterThan(0)
}

function handOver(addon: NativeAddon): void {
  const at = new StreamPortFixture((options) => newNativePort(options, addon))

  it.each([
    [suite, 65_500, 90],
    [newer.suite, 65_500, 90],
    [suite, 32_760, 30],
  ] as const)('%s goes round from %i when the thread and JavaScript protect by turns', async (name, first, least) => {
    if (typeof addon.srtp === 'string') throw new Error(addon.srtp)
    const far = await at.peer()
    const keys = srtpKeys(name, 1)
    const sender = new NativeSrtpSender(addon.srtp, keys)
    const rtp = new NativeRtp(addon.rtp, at.clock, new StatisticsTable(1))
    const socket = (await rtp.bind('127.0.0.1', await freePortRange(1), 65_536)) as NativeSocket
    rtp.engine.addTrack(Buffer.alloc(40, 1), Uint32Array.of(40))
    rtp.engine.begin(0)
    let sequence: number = first
    let own = 0
    const count = () => (rtp.memory.packetsSent[0] ?? 0) + own
    while (count() < least) {
      begin(rtp, socket, sender, far, sequence)
      const before = count()
      await until(() => count() > before + 4, 'packets of the thread')
      rtp.engine.stop(0)
      sequence = rtp.memory.registers[register.sequence] ?? -1
      for (let left = 5; left > 0; left--) {
        const into = Buffer.alloc(200)
        const length = sender.protectRtp(rtpPacket({ sequence, ssrc: 0 }, new Uint8Array(40)), 52, into)
        socket.send(into.subarray(0, length), far.address.port, far.address.host, () => {})
        sequence = (sequence + 1) & 0xffff
        own++
      }
    }
    await until(() => far.packets.length === count(), 'all packets')
    rtp.close()
    expectInSequence(sequencesOf(far.packets, keys), count())
  })
}

const { addon, reason } = nativePart
const missing = addon === undefined ? reason : typeof addon.srtp === 'string' ? addon.srtp : undefined
const parts = { 'SRTP of a stream that the native part sends': streams, 'SRTP of one sender': handOver }
for (const [title, body] of Object.entries(parts)) {
  if (addon && missing === undefined) describe(title, () => body(addon))
  else describeMissing(title, missing ?? '', () => {})
}
