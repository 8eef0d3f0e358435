import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answerOffer } from '../../src/sdp/answer.js'
import { createOffer } from '../../src/sdp/offer.js'
import { readAnswer } from '../../src/sdp/read-answer.js'
import { parseSession } from '../../src/sdp/session.js'
import { own, ownEvents, theirs } from './own.js'

const lineStart = fc.constantFrom(
  ...['v=', 'o=', 's=', 'c=IN IP4 ', 'c=IN IP6 ', 't=', 'm=audio ', 'm=', 'a=', 'a=rtpmap:', 'a=fmtp:', 'a=ptime:'],
  ...[
    'a=rtcp:',
    'a=rtcp-mux',
    'a=sendonly',
    'a=crypto:',
    'a=candidate:',
    'a=ssrc:',
    'a=group:',
    'b=AS:',
    'r=',
    '__proto__=',
  ],
)
const line = fc.tuple(lineStart, fc.string({ unit: 'binary', maxLength: 60 })).map((parts) => parts.join(''))
const garbage = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 500 }),
  fc.array(line, { maxLength: 30 }).map((lines) => ['v=0', ...lines].join('\r\n')),
)

/** A good description with one stretch of characters replaced. */
const damaged = fc
  .tuple(fc.nat(300), fc.nat(30), fc.string({ unit: 'binary', maxLength: 30 }))
  .map(([at, length, text]) => {
    const good = theirs(['m=audio 4000 RTP/AVP 0 8 101', 'a=rtpmap:101 telephone-event/8000', 'a=ptime:20'])
    return good.slice(0, at) + text + good.slice(at + length)
  })

describe('whatever arrives', () => {
  it('is answered or refused by name, never thrown at', () => {
    fc.assert(
      fc.property(fc.oneof(garbage, damaged), (text) => {
        const result = answerOffer(text, own())
        expect(['answer', 'refusal']).toContain(result.kind)
        const read = readAnswer(own(), text)
        expect(['negotiated', 'mismatch']).toContain(read.kind)
      }),
      { numRuns: 3000 },
    )
  })

  it('is answered with as many m= lines as it has, of the same types', () => {
    const section = fc
      .record({
        type: fc.constantFrom('audio', 'video', 'text', 'image'),
        port: fc.nat(65_535),
        profile: fc.constantFrom('RTP/AVP', 'RTP/SAVP', 'udptl', 'RTP/AVPF'),
        formats: fc.array(fc.integer({ min: 0, max: 127 }), { minLength: 1, maxLength: 5 }),
      })
      .map(({ type, port, profile, formats }) => `m=${type} ${port} ${profile} ${formats.join(' ')}`)
    fc.assert(
      fc.property(fc.array(section, { minLength: 1, maxLength: 6 }), (sections) => {
        const offer = theirs(sections)
        const result = answerOffer(offer, own())
        if (result.kind === 'refusal') return
        const offered = parseSession(offer)
        const answered = parseSession(result.text)
        if (offered.kind === 'refusal' || answered.kind === 'refusal') throw new Error('own text is refused')
        expect(answered.media.map(({ type, profile }) => [type, profile])).toEqual(
          offered.media.map(({ type, profile }) => [type, profile]),
        )
        expect(answered.media.filter((media) => media.port !== 0).length).toBeLessThanOrEqual(1)
        for (const [index, media] of answered.media.entries()) {
          const formats = offered.media[index]?.formats.map((format) => format.payloadType)
          for (const format of media.formats) expect(formats).toContain(format.payloadType)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('is read the same whatever was read before', () => {
    const change = fc.record({
      id: fc.nat(),
      port: fc.integer({ min: 0, max: 70_000 }),
      more: fc.constantFrom('', 'm=video 7 RTP/AVP 31\r\n'),
    })
    fc.assert(
      fc.property(fc.array(change, { minLength: 2, maxLength: 6 }), (changes) => {
        for (const { id, port, more } of changes) {
          const text = `v=0\r\no=- ${id} 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0\r\n${more}`
          const session = parseSession(text)
          if (port > 65_535) expect(session).toMatchObject({ kind: 'refusal', name: 'bad-port' })
          else
            expect(session.kind === 'session' && session.media.map((media) => media.port)).toEqual(
              more ? [port, 7] : [port],
            )
        }
      }),
    )
  })

  it('offers of ours are always answered, and the answer always agrees', () => {
    const direction = fc.constantFrom('sendrecv', 'sendonly', 'recvonly', 'inactive')
    fc.assert(
      fc.property(direction, direction, fc.boolean(), (offered, answered, withEvents) => {
        const caller = own({ direction: offered, telephoneEvents: withEvents ? ownEvents(101) : [] })
        const result = answerOffer(createOffer(caller), own({ direction: answered, address: '198.51.100.2' }))
        if (result.kind === 'refusal') throw new Error(result.text)
        expect(readAnswer(caller, result.text)).toMatchObject({
          kind: 'negotiated',
          send: result.negotiated?.receive,
          receive: result.negotiated?.send,
        })
      }),
    )
  })
})
