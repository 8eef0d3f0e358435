import { describe, expect, it } from 'vitest'
import { noExtendedReports } from '../../src/model/extended-reports.js'
import { answerOffer } from '../../src/sdp/answer.js'
import type { MismatchName } from '../../src/sdp/negotiated.js'
import { createOffer } from '../../src/sdp/offer.js'
import type { OwnMedia } from '../../src/sdp/own-media.js'
import { readAnswer } from '../../src/sdp/read-answer.js'
import { own, ownCodecs, ownEvents, theirs } from './own.js'

const audio = 'm=audio 4000 RTP/AVP 0'
const events = ['m=audio 4000 RTP/AVP 8 101', 'a=rtpmap:101 telephone-event/8000']

/** What arrives after an offer of ours, by its own numbers. */
const asOffered = [
  { payloadType: 0, encoding: 'PCMU', clockRate: 8000 },
  { payloadType: 8, encoding: 'PCMA', clockRate: 8000 },
  { payloadType: 101, encoding: 'telephone-event', clockRate: 8000 },
]

describe('readAnswer', () => {
  it('reads an answer that agrees with the offer', () => {
    expect(readAnswer(own(), theirs([...events, 'a=ptime:30']))).toEqual({
      kind: 'negotiated',
      codec: 'PCMA',
      payloadType: 8,
      telephoneEvent: 101,
      received: asOffered,
      remote: { host: '198.51.100.2', port: 4000 },
      rtcp: { host: '198.51.100.2', port: 4001 },
      ssrcs: [],
      ptimeMs: 30,
      extendedReports: noExtendedReports,
      send: true,
      receive: true,
    })
  })

  it('sends with the payload types of the answer and receives with ours (RFC 3264 6.1)', () => {
    const answer = theirs(['m=audio 4000 RTP/AVP 0 96', 'a=rtpmap:96 telephone-event/8000'])
    expect(readAnswer(own(), answer)).toMatchObject({
      kind: 'negotiated',
      telephoneEvent: 96,
      received: [...asOffered, { payloadType: 96, encoding: 'telephone-event', clockRate: 8000 }],
    })
  })

  it('sends no DTMF when the answer takes none', () => {
    expect(readAnswer(own(), theirs([audio]))).toMatchObject({ kind: 'negotiated', telephoneEvent: undefined })
  })

  it.each([
    ['sendrecv', 'sendrecv', true, true],
    ['sendrecv', 'sendonly', false, true],
    ['sendrecv', 'recvonly', true, false],
    ['sendrecv', 'inactive', false, false],
    ['sendonly', 'recvonly', true, false],
    ['sendonly', 'inactive', false, false],
    ['recvonly', 'sendonly', false, true],
    ['inactive', 'inactive', false, false],
  ] as const)('allows %s answered by %s', (direction, answered, send, receive) => {
    expect(readAnswer(own({ direction }), theirs([audio, `a=${answered}`]))).toMatchObject({
      kind: 'negotiated',
      send,
      receive,
    })
  })

  it('sends nothing to a side on hold by RFC 2543', () => {
    expect(readAnswer(own(), theirs([audio], ['c=IN IP4 0.0.0.0']))).toMatchObject({ send: false, receive: true })
  })

  it('agrees with what answerOffer writes, in both directions of view', () => {
    const callee = own({ address: '198.51.100.2', port: 4000, telephoneEvents: ownEvents(96) })
    const answered = answerOffer(createOffer(own()), callee)
    if (answered.kind !== 'answer') throw new Error(answered.text)
    expect(readAnswer(own(), answered.text)).toMatchObject({
      kind: 'negotiated',
      codec: answered.negotiated?.codec,
      telephoneEvent: answered.negotiated?.telephoneEvent,
      remote: { host: '198.51.100.2', port: 4000 },
    })
    expect(answered.negotiated?.remote).toEqual({ host: '192.0.2.1', port: 20_000 })
  })
})

describe('an answer that disagrees with the offer', () => {
  const usable = true
  it.each<[MismatchName, string, boolean, Partial<OwnMedia>]>([
    ['media-count', theirs([audio, 'm=video 0 RTP/AVP 31']), usable, {}],
    ['media-order', theirs(['m=audio 4000 RTP/SAVP 0']), usable, {}],
    ['codec-not-offered', theirs(['m=audio 4000 RTP/AVP 0 18']), usable, {}],
    ['codec-not-offered', theirs(['m=audio 4000 RTP/AVP 8']), usable, { codecs: ownCodecs('PCMU') }],
    ['codec-not-offered', theirs(events), usable, { telephoneEvents: [] }],
    ['codec-not-offered', theirs(['m=audio 4000 RTP/AVP 18']), !usable, {}],
    ['codec-not-offered', theirs(['m=audio 4000 RTP/AVP 0', 'a=rtpmap:0 PCMU/16000']), !usable, {}],
    ['payload-type', theirs(['m=audio 4000 RTP/AVP 8', 'a=rtpmap:8 PCMU/8000']), usable, {}],
    ['payload-type', theirs(['m=audio 4000 RTP/AVP 101', 'a=rtpmap:101 PCMU/8000']), usable, {}],
    ['direction', theirs([audio, 'a=sendrecv']), usable, { direction: 'sendonly' }],
    ['direction', theirs([audio, 'a=sendonly']), usable, { direction: 'sendonly' }],
    ['direction', theirs([audio, 'a=sendrecv']), usable, { direction: 'inactive' }],
    ['rejected', theirs(['m=audio 0 RTP/AVP 0']), !usable, {}],
    ['media-order', theirs(['m=video 4000 RTP/AVP 31']), !usable, {}],
    ['no-address', theirs([audio], []), !usable, {}],
    ['bad-address', theirs([audio], ['c=IN IP4 a.example']), !usable, {}],
    ['no-media', theirs([]), !usable, {}],
    ['garbled', 'nonsense', !usable, {}],
    ['no-common-codec', theirs(['m=audio 4000 RTP/AVP 101', 'a=rtpmap:101 telephone-event/8000']), !usable, {}],
  ])('is named %s (%#)', (name, answer, canFlow, change) => {
    const result = readAnswer(own(change), answer)
    expect(result).toMatchObject({ kind: 'mismatch', name })
    if (result.kind === 'mismatch') {
      expect(result.negotiated !== undefined).toBe(canFlow)
      expect(result.problems[0]).toEqual({ name: result.name, text: result.text })
    }
  })

  it('never sends more than was offered, whatever is answered', () => {
    const result = readAnswer(own({ direction: 'inactive' }), theirs([audio, 'a=sendrecv']))
    expect(result.kind === 'mismatch' && result.negotiated).toMatchObject({ send: false, receive: false })
  })

  it('names every problem', () => {
    const answer = theirs(['m=audio 4000 RTP/AVP 0 18', 'm=video 0 RTP/AVP 31'])
    const result = readAnswer(own(), answer)
    expect(result.kind === 'mismatch' && result.problems.map((problem) => problem.name)).toEqual([
      'media-count',
      'codec-not-offered',
    ])
  })
})

describe('an answer within a session of several m= lines', () => {
  const offer = createOffer(own(), `${createOffer(own()).replace('m=audio', 'm=video 0 RTP/AVP 31\r\nm=audio')}`)

  it('is compared with all of them', () => {
    const good = theirs(['m=video 0 RTP/AVP 31', audio])
    expect(readAnswer(own(), good, offer).kind).toBe('negotiated')
    expect(readAnswer(own(), theirs([audio, 'm=video 0 RTP/AVP 31']), offer)).toMatchObject({ name: 'media-order' })
    expect(readAnswer(own(), theirs([audio]), offer)).toMatchObject({ name: 'media-count' })
  })
})
