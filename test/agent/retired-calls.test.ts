import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Flow } from '../../src/agent/flow.js'
import type { Phone } from '../../src/agent/phone.js'
import { RetiredCall } from '../../src/agent/retired-call.js'
import { RetiredCalls } from '../../src/agent/retired-calls.js'
import { VirtualClock } from '../../src/base/virtual-clock.js'

const KEEP_MS = 32_000
const phones = ['alice', 'bob'].map((name) => ({ name }) as Phone)
const flows = [undefined, { sentBy: '127.0.0.1:5060' } as Flow]

interface Wanted {
  readonly localTag: string
  readonly callId?: string
  readonly remoteTag?: string
  readonly nextHop?: string
  readonly filling?: string
  readonly owner?: number
}

function call({ localTag, callId = 'id', remoteTag = 'far', nextHop = 'sip:b@far', filling = '', owner = 0 }: Wanted) {
  const text = `ACK ${nextHop} SIP/2.0\r\nTo: <sip:b@far>;tag=${remoteTag}\r\nCall-ID: ${callId}\r\nX: ${filling}\r\n\r\n`
  const ack = { text, remoteTag, nextHop, cseq: text.length }
  return new RetiredCall(phones[owner & 1] as Phone, flows[owner >> 1], callId, localTag, ack, undefined)
}

describe('what is left of calls', () => {
  test.each([0, 1, 3999, 4000, 4001, 31_000])(
    'of one that ended %i ms after the first is found for 32 s, and not for 37 s',
    (afterMs) => {
      const clock = new VirtualClock()
      const calls = new RetiredCalls(clock, KEEP_MS)
      calls.add(call({ localTag: 'first' }))
      clock.advance(afterMs)
      calls.add(call({ localTag: 'own' }))
      clock.advance(KEEP_MS)
      expect([calls.has('own'), calls.find('own')?.localTag]).toEqual([true, 'own'])
      clock.advance(5000)
      expect([calls.has('own'), calls.find('own')]).toEqual([false, undefined])
    },
  )

  test('leaves no timer when there is nothing to forget any more', () => {
    const clock = new VirtualClock()
    const calls = new RetiredCalls(clock, KEEP_MS)
    calls.add(call({ localTag: 'a' }))
    clock.advance(60_000)
    expect(clock.armedCount).toBe(0)
    calls.add(call({ localTag: 'b' }))
    expect(calls.find('b')?.localTag).toBe('b')
    calls.close()
    expect([calls.find('b'), clock.armedCount]).toEqual([undefined, 0])
  })

  test('is read back as it was, for thousands of calls and over generations whose memory is used again', () => {
    const text = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 })
    const wanted = fc.record({
      callId: text,
      remoteTag: text,
      nextHop: text,
      filling: fc.nat(140_000).map((length) => 'é'.repeat(length % 7 === 0 ? length : length % 2000)),
      owner: fc.nat(3),
      waitMs: fc.nat(3000),
    })
    fc.assert(
      fc.property(fc.array(wanted, { minLength: 50, maxLength: 300 }), (all) => {
        const clock = new VirtualClock()
        const calls = new RetiredCalls(clock, KEEP_MS)
        const kept = all.map((one, number) => ({
          at: clock.nowMs(),
          call: call({ ...one, localTag: `t${number}` }),
          one,
        }))
        for (const entry of kept) {
          entry.at = clock.nowMs()
          calls.add(entry.call)
          clock.advance(entry.one.waitMs)
          for (const { at, call: before } of kept.slice(0, kept.indexOf(entry) + 1).slice(-9)) {
            if (clock.nowMs() - at > KEEP_MS) continue
            expect(calls.find(before.localTag)).toEqual(before)
          }
        }
      }),
      { numRuns: 15 },
    )
  })

  test('is kept whole where it is more than one ACK, or where the ACK has not all of it', () => {
    const calls = new RetiredCalls(new VirtualClock(), KEEP_MS)
    const { phone, flow, ack } = call({ localTag: '' })
    const others = [
      new RetiredCall(phone, flow, 'id', 'none', undefined, ack),
      new RetiredCall(phone, flow, 'id', 'both', ack, ack),
      new RetiredCall(phone, flow, 'elsewhere', 'id', ack, undefined),
    ]
    for (const other of others) {
      calls.add(other)
      expect(calls.find(other.localTag)).toBe(other)
    }
  })
})
