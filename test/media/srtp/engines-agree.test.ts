import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SrtpEngine } from '../../../src/media/srtp/srtp-engine.js'
import type { SrtpKeys } from '../../../src/model/srtp.js'
import { rtpPacket } from '../packet.js'
import { srtpEngines } from './engines.js'
import { compoundRtcp, srtpKeys, suiteNames } from './fixture.js'
import { unhex } from './hex.js'

const room = 200

/** One packet of a conversation: which source and number, what befalls it on the way. */
const step = fc.record({
  rtcp: fc.boolean(),
  ssrc: fc.constantFrom(1, 0xffff_ffff),
  sequence: fc.oneof(fc.nat(0xffff), fc.integer({ min: 0, max: 40 }), fc.integer({ min: 65_490, max: 65_535 })),
  second: fc.boolean(),
  fate: fc.constantFrom('arrives', 'arrives', 'arrives', 'twice', 'cut', 'changed', 'lost'),
  at: fc.nat(2000),
  payload: fc.uint8Array({ maxLength: 300 }),
})
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

/** All that an engine makes of a conversation, sent and received. */
function outcome(engine: SrtpEngine, steps: readonly Step[], first: SrtpKeys, second: SrtpKeys): unknown[] {
  const senders = [engine.newSender(first), engine.newSender(second)]
  const receiver = engine.newReceiver(first, second)
  return steps.flatMap(({ rtcp, ssrc, sequence, second: isSecond, fate, at, payload }) => {
    const sender = senders[isSecond ? 1 : 0] ?? engine.newSender(first)
    const packet = rtcp ? compoundRtcp(ssrc, `name ${payload.length}`) : rtpPacket({ ssrc, sequence }, payload)
    const into = new Uint8Array(packet.length + room)
    const protect = rtcp ? sender.protectRtcp : sender.protectRtp
    const wire = into.slice(0, protect.call(sender, packet, packet.length, into))
    if (fate === 'lost') return [wire]
    const arriving = fate === 'cut' ? wire.slice(0, at % wire.length) : wire.slice()
    if (fate === 'changed') arriving[at % arriving.length]! ^= 1 << (at & 7)
    const unprotect = rtcp ? receiver.unprotectRtcp : receiver.unprotectRtp
    const results = Array.from({ length: fate === 'twice' ? 2 : 1 }, () => {
      const plain = arriving.slice()
      const result = unprotect.call(receiver, plain, plain)
      return [result, plain.slice(0, typeof result === 'number' ? result : plain.length)]
    })
    return [wire, ...results]
  })
}

describe.each(suiteNames)('%s', (suite) => {
  it.each([
    ['without MKI', undefined, undefined],
    ['with two MKIs', Uint8Array.of(1, 2), Uint8Array.of(1, 3)],
  ])('is the same in every engine, bit for bit, whatever is lost, repeated, cut or changed: %s', (_, one, other) => {
    const [first, second] = [srtpKeys(suite, 1, one), srtpKeys(suite, 9, other)]
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const [expected, ...others] = srtpEngines.map(([, engine]) => outcome(engine, steps, first, second))
        for (const other of others) expect(other).toEqual(expected)
      }),
      { numRuns: 60 },
    )
  })
})

describe.each(srtpEngines)('%s', (_name, engine) => {
  const keys: SrtpKeys = {
    suite: 'AES_CM_128_HMAC_SHA1_80',
    masterKey: unhex('e1f97a0d3e018be0d64fa32c06de4139'),
    masterSalt: unhex('0ec675ad498afeebb6960b3aabe6'),
  }
  // The packet that libsrtp validates itself with, under the keys of RFC 3711 B.3.
  const clear = unhex('800f1234 decafbad cafebabe abababab abababab abababab abababab')
  const wire = unhex('800f1234 decafbad cafebabe 4e55dc4c e79978d8 8ca4d215 949d2402 b78d6acc 99ea179b 8dbb')

  it('protects and reads the packet that libsrtp validates itself with', () => {
    const into = Buffer.alloc(wire.length)
    expect(engine.newSender(keys).protectRtp(clear, clear.length, into)).toBe(wire.length)
    expect(into).toEqual(wire)
    expect(engine.newReceiver(keys).unprotectRtp(into, into)).toBe(clear.length)
    expect(into.subarray(0, clear.length)).toEqual(clear)
  })
})
