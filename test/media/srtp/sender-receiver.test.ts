import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SrtpEngine } from '../../../src/media/srtp/srtp-engine.js'
import { keysDefect, sameKeys } from '../../../src/media/srtp/srtp-keys.js'
import type { SrtpReceiver } from '../../../src/media/srtp/srtp-receiver.js'
import type { SrtpSender } from '../../../src/media/srtp/srtp-sender.js'
import { type SrtpSuiteName, srtpSuites } from '../../../src/model/srtp.js'
import { rtpPacket } from '../packet.js'
import { srtpEngines } from './engines.js'
import { compoundRtcp, srtpKeys, suiteNames } from './fixture.js'

const room = 200

function protectRtp(sender: SrtpSender, packet: Uint8Array): Uint8Array {
  const into = new Uint8Array(packet.length + room)
  return into.slice(0, sender.protectRtp(packet, packet.length, into))
}

function protectRtcp(sender: SrtpSender, packet: Uint8Array): Uint8Array {
  const into = new Uint8Array(packet.length + room)
  return into.slice(0, sender.protectRtcp(packet, packet.length, into))
}

/** The plain packet, or the name of the failure. */
function unprotect(receiver: SrtpReceiver, bytes: Uint8Array, protocol: 'Rtp' | 'Rtcp'): Uint8Array | string {
  const into = new Uint8Array(bytes.length)
  const result = protocol === 'Rtp' ? receiver.unprotectRtp(bytes, into) : receiver.unprotectRtcp(bytes, into)
  return typeof result === 'number' ? into.slice(0, result) : result
}

const mkis: readonly (readonly [string, Uint8Array | undefined])[] = [
  ['no MKI', undefined],
  ['an MKI of one byte', Uint8Array.of(1)],
  ['an MKI of four bytes', Uint8Array.of(0, 0, 0, 9)],
]

const ends: readonly (readonly [string, SrtpSuiteName, SrtpEngine])[] = srtpEngines.flatMap(([name, engine]) =>
  suiteNames.map((suite) => [name, suite, engine] as const),
)

describe.each(ends)('%s: %s', (_name, suite, engine) => {
  describe.each(mkis)('with %s', (_, mki) => {
    const keys = srtpKeys(suite, 1, mki)

    it('gives RTP back as it was, by so many bytes longer on the wire', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 1400 }), fc.nat(15), fc.boolean(), (payload, csrcCount, extension) => {
          const head = rtpPacket({ sequence: 7, ssrc: 0x8000_0001 }, new Uint8Array(0))
          head[0] = 0x80 | csrcCount | (extension ? 0x10 : 0)
          const more = new Uint8Array(4 * csrcCount + (extension ? 8 : 0))
          if (extension) more.set([0xbe, 0xde, 0, 1, 1, 2, 3, 4], 4 * csrcCount)
          const packet = Buffer.concat([head, more, payload])
          const sender = engine.newSender(keys)
          const wire = protectRtp(sender, packet)
          expect(wire.length).toBe(packet.length + srtpSuites[suite].rtpTagBytes + (mki?.length ?? 0))
          expect(wire.length).toBe(packet.length + sender.rtpOverheadBytes)
          const header = packet.length - payload.length
          expect(wire.subarray(0, header)).toEqual(Uint8Array.from(packet.subarray(0, header)))
          expect(unprotect(engine.newReceiver(keys), wire, 'Rtp')).toEqual(Uint8Array.from(packet))
        }),
        { numRuns: 50 },
      )
    })

    it('gives RTCP back as it was', () => {
      const sender = engine.newSender(keys)
      const receiver = engine.newReceiver(keys)
      for (let i = 0; i < 5; i++) {
        const packet = compoundRtcp(0xfedc_ba98, `name ${i}`)
        const wire = protectRtcp(sender, packet)
        expect(wire.length).toBe(packet.length + sender.rtcpOverheadBytes)
        expect(unprotect(receiver, wire, 'Rtcp')).toEqual(Uint8Array.from(packet))
      }
    })

    it('refuses every packet of which one bit was changed, and takes the true one after it', () => {
      const wire = protectRtp(engine.newSender(keys), rtpPacket({ sequence: 9 }, new Uint8Array(20).fill(5)))
      const receiver = engine.newReceiver(keys)
      for (let bit = 0; bit < wire.length * 8; bit++) {
        const changed = wire.slice()
        changed[bit >> 3]! ^= 1 << (bit & 7)
        const kept = changed.slice()
        expect(receiver.unprotectRtp(changed, changed)).toBeTypeOf('string')
        expect(changed).toEqual(kept)
      }
      expect(unprotect(receiver, wire, 'Rtp')).toBeInstanceOf(Uint8Array)
    })

    it('refuses every RTCP packet of which one bit was changed', () => {
      const wire = protectRtcp(engine.newSender(keys), compoundRtcp(3))
      const receiver = engine.newReceiver(keys)
      for (let bit = 0; bit < wire.length * 8; bit++) {
        const changed = wire.slice()
        changed[bit >> 3]! ^= 1 << (bit & 7)
        expect(unprotect(receiver, changed, 'Rtcp')).toBeTypeOf('string')
      }
      expect(unprotect(receiver, wire, 'Rtcp')).toBeInstanceOf(Uint8Array)
    })
  })

  const keys = srtpKeys(suite)

  it('works in the buffer that the packet is in', () => {
    const packet = rtpPacket({ sequence: 1 }, new Uint8Array(160).fill(0x55))
    const buffer = Buffer.alloc(packet.length + room)
    buffer.set(packet)
    const length = engine.newSender(keys).protectRtp(buffer, packet.length, buffer)
    const wire = buffer.subarray(0, length)
    const plain = engine.newReceiver(keys).unprotectRtp(wire, wire)
    expect(wire.subarray(0, Number(plain))).toEqual(Buffer.from(packet))
  })

  it('keeps several sources apart under one key', () => {
    const sender = engine.newSender(keys)
    const receiver = engine.newReceiver(keys)
    for (let i = 0; i < 300; i++) {
      const ssrc = 1 + (i % 3)
      const packet = rtpPacket({ ssrc, sequence: 65_500 + 10 * ssrc + Math.floor(i / 3) })
      expect(unprotect(receiver, protectRtp(sender, packet), 'Rtp')).toEqual(packet)
      const report = compoundRtcp(ssrc)
      expect(unprotect(receiver, protectRtcp(sender, report), 'Rtcp')).toEqual(Uint8Array.from(report))
    }
  })

  it('names a replay, within the window and before it', () => {
    const sender = engine.newSender(keys)
    const receiver = engine.newReceiver(keys)
    const wires = Array.from({ length: 200 }, (_, i) => protectRtp(sender, rtpPacket({ sequence: 65_400 + i })))
    for (const wire of wires) expect(unprotect(receiver, wire, 'Rtp')).toBeInstanceOf(Uint8Array)
    for (const [i, wire] of wires.entries()) {
      expect(unprotect(receiver, wire, 'Rtp')).toBe(i < 200 - 128 ? 'too-old' : 'replayed')
    }
    const report = protectRtcp(sender, compoundRtcp(1))
    expect(unprotect(receiver, report, 'Rtcp')).toBeInstanceOf(Uint8Array)
    expect(unprotect(receiver, report, 'Rtcp')).toBe('replayed')
  })

  it('names keys that are not the sender’s, and is not moved by them', () => {
    const receiver = engine.newReceiver(keys)
    const stranger = engine.newSender(srtpKeys(suite, 2))
    const sender = engine.newSender(keys)
    expect(unprotect(receiver, protectRtp(sender, rtpPacket({ sequence: 65_000 })), 'Rtp')).toBeInstanceOf(Uint8Array)
    expect(unprotect(receiver, protectRtp(stranger, rtpPacket({ sequence: 200 })), 'Rtp')).toBe('auth-failed')
    expect(unprotect(receiver, protectRtp(sender, rtpPacket({ sequence: 65_001 })), 'Rtp')).toBeInstanceOf(Uint8Array)
    expect(unprotect(receiver, protectRtcp(stranger, compoundRtcp(1)), 'Rtcp')).toBe('auth-failed')
  })

  it('picks the key that the MKI names', () => {
    const first = srtpKeys(suite, 1, Uint8Array.of(0, 1))
    const second = srtpKeys(suite, 2, Uint8Array.of(0, 2))
    const receiver = engine.newReceiver(first, second)
    const senders = [engine.newSender(first), engine.newSender(second)]
    for (let i = 0; i < 6; i++) {
      const packet = rtpPacket({ sequence: i })
      const sender = senders[i & 1] ?? engine.newSender(first)
      expect(unprotect(receiver, protectRtp(sender, packet), 'Rtp')).toEqual(packet)
    }
    const third = engine.newSender(srtpKeys(suite, 1, Uint8Array.of(0, 3)))
    expect(unprotect(receiver, protectRtp(third, rtpPacket({ sequence: 9 })), 'Rtp')).toBe('unknown-mki')
    expect(unprotect(receiver, protectRtcp(third, compoundRtcp(1)), 'Rtcp')).toBe('unknown-mki')
  })

  it.each([
    ['no bytes', 0, 'bad-header'],
    ['half a header', 6, 'bad-header'],
    ['a header alone', 12, 'too-short'],
    ['a header and half a tag', 14, 'too-short'],
  ])('names %s', (_, bytes, expected) => {
    const wire = protectRtp(engine.newSender(keys), rtpPacket({}))
    expect(unprotect(engine.newReceiver(keys), wire.slice(0, bytes), 'Rtp')).toBe(expected)
    const report = protectRtcp(engine.newSender(keys), compoundRtcp(1))
    expect(unprotect(engine.newReceiver(keys), report.slice(0, bytes), 'Rtcp')).toBe(expected)
  })

  it('never throws on any bytes', () => {
    const receiver = engine.newReceiver(keys)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, valid) => {
        if (valid && bytes.length > 0) bytes[0] = 0x80
        expect(unprotect(receiver, bytes, 'Rtp')).toBeTypeOf('string')
        expect(unprotect(receiver, bytes, 'Rtcp')).toBeTypeOf('string')
      }),
    )
  })

  it.each([
    ['a short key', { masterKey: new Uint8Array(15) }],
    ['a long key', { masterKey: new Uint8Array(33) }],
    ['a short salt', { masterSalt: new Uint8Array(11) }],
    ['an empty MKI', { mki: new Uint8Array(0) }],
    ['an MKI of 129 bytes', { mki: new Uint8Array(129) }],
  ])('takes no keys with %s', (_, change) => {
    expect(keysDefect({ ...keys, ...change })).toBeTypeOf('string')
    expect(() => engine.newSender({ ...keys, ...change })).toThrow()
  })
})

describe('keys', () => {
  it.each([
    ['equal', srtpKeys('AEAD_AES_128_GCM'), true],
    ['of another suite', srtpKeys('AEAD_AES_256_GCM'), false],
    ['other bytes', srtpKeys('AEAD_AES_128_GCM', 2), false],
    ['with an MKI', srtpKeys('AEAD_AES_128_GCM', 1, Uint8Array.of(1)), false],
  ])('are the same: %s', (_, other, expected) => {
    expect(sameKeys(srtpKeys('AEAD_AES_128_GCM'), other)).toBe(expected)
  })
})
