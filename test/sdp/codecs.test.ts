import { describe, expect, it } from 'vitest'
import { answerOffer } from '../../src/sdp/answer.js'
import type { Answer, Negotiated } from '../../src/sdp/negotiated.js'
import { createOffer } from '../../src/sdp/offer.js'
import type { OwnMedia } from '../../src/sdp/own-media.js'
import { readAnswer } from '../../src/sdp/read-answer.js'
import { mediaLines, own, ownCodecs, theirs } from './own.js'

const events = [
  { payloadType: 110, clockRate: 48_000 },
  { payloadType: 101, clockRate: 8000 },
]
/** A phone of ours with codecs of two clock rates. */
const wide = (change: Partial<OwnMedia> = {}) =>
  own({ codecs: ownCodecs('opus', 'G722', 'PCMU'), telephoneEvents: events, ...change })

/** Audio as Chromium offers it, but for what belongs to WebRTC. */
const chromium = theirs([
  'm=audio 4000 RTP/AVP 111 63 9 0 8 13 110 126',
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 minptime=10;useinbandfec=1',
  'a=rtpmap:63 red/48000/2',
  'a=fmtp:63 111/111',
  'a=rtpmap:9 G722/8000',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:13 CN/8000',
  'a=rtpmap:110 telephone-event/48000',
  'a=rtpmap:126 telephone-event/8000',
])

const answer = (offer: string, side: OwnMedia): Answer & { negotiated: Negotiated } => {
  const result = answerOffer(offer, side)
  if (result.kind !== 'answer' || !result.negotiated) throw new Error('not answered')
  return { ...result, negotiated: result.negotiated }
}

describe('an offer of several codecs', () => {
  it('maps each with its clock rate, channels and parameters, and DTMF at each clock rate', () => {
    expect(mediaLines(createOffer(wide()))).toEqual([
      'm=audio 20000 RTP/AVP 111 9 0 110 101',
      'a=rtpmap:111 opus/48000/2',
      'a=fmtp:111 minptime=10',
      'a=rtpmap:9 G722/8000',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:110 telephone-event/48000',
      'a=fmtp:110 0-15',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
      'a=ptime:20',
      'a=sendrecv',
    ])
  })
})

describe('an answer to Chromium', () => {
  it('takes what is common in the order and with the numbers of the offer', () => {
    const { text, negotiated } = answer(chromium, wide())
    expect(mediaLines(text)[0]).toBe('m=audio 20000 RTP/AVP 111 9 0 110 126')
    expect(text).toContain('a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10\r\n')
    expect(text).toContain('a=rtpmap:126 telephone-event/8000\r\n')
    expect(negotiated).toMatchObject({ codec: 'opus', payloadType: 111, telephoneEvent: 110 })
    expect(negotiated.received).toEqual([
      { payloadType: 111, encoding: 'opus', clockRate: 48_000 },
      { payloadType: 9, encoding: 'G722', clockRate: 8000 },
      { payloadType: 0, encoding: 'PCMU', clockRate: 8000 },
      { payloadType: 110, encoding: 'telephone-event', clockRate: 48_000 },
      { payloadType: 126, encoding: 'telephone-event', clockRate: 8000 },
    ])
  })

  it('keeps our own order where that is wanted (RFC 3264 6.1), with the numbers of the offer', () => {
    const side = wide({ codecs: ownCodecs('PCMA', 'opus'), answerOrder: 'own' })
    const { text, negotiated } = answer(chromium, side)
    expect(mediaLines(text)[0]).toBe('m=audio 20000 RTP/AVP 8 111 110 126')
    expect(negotiated).toMatchObject({ codec: 'PCMA', payloadType: 8, telephoneEvent: 126 })
  })

  it('takes DTMF only beside audio of its clock rate (RFC 4733 2.1)', () => {
    const { text, negotiated } = answer(chromium, wide({ codecs: ownCodecs('PCMU') }))
    expect(mediaLines(text)[0]).toBe('m=audio 20000 RTP/AVP 0 126')
    expect(negotiated.telephoneEvent).toBe(126)
  })
})

describe('a codec is another one when its', () => {
  it.each([
    ['clock rate differs', 'opus/16000/2'],
    ['channels differ', 'opus/48000'],
    ['clock rate is missing', 'opus'],
    ['channels are none', 'opus/48000/x'],
  ])('%s', (_what, map) => {
    const offer = theirs(['m=audio 4000 RTP/AVP 96 0', `a=rtpmap:96 ${map}`])
    expect(answer(offer, wide()).negotiated).toMatchObject({ codec: 'PCMU', payloadType: 0 })
  })

  it('but not when only its name is written otherwise', () => {
    const offer = theirs(['m=audio 4000 RTP/AVP 96', 'a=rtpmap:96 OPUS/48000/2'])
    expect(answer(offer, wide()).negotiated).toMatchObject({ codec: 'opus', payloadType: 96 })
  })
})

describe('an answer to our offer of several codecs', () => {
  it.each([
    [['m=audio 4000 RTP/AVP 9 101', 'a=rtpmap:101 telephone-event/8000'], 'G722', 9, 101],
    [['m=audio 4000 RTP/AVP 0 111', 'a=rtpmap:111 opus/48000/2'], 'PCMU', 0, undefined],
    [
      ['m=audio 4000 RTP/AVP 111 101', 'a=rtpmap:111 opus/48000/2', 'a=rtpmap:101 telephone-event/8000'],
      'opus',
      111,
      undefined,
    ],
    [['m=audio 4000 RTP/AVP 96 97', 'a=rtpmap:96 opus/48000/2', 'a=rtpmap:97 telephone-event/48000'], 'opus', 96, 97],
  ])('%j: its first codec, its numbers to send with, DTMF of the same clock rate', (lines, codec, type, event) => {
    expect(readAnswer(wide(), theirs(lines))).toMatchObject({
      kind: 'negotiated',
      codec,
      payloadType: type,
      telephoneEvent: event,
    })
  })

  it('lets arrive what we numbered, and what a far side numbers anew', () => {
    const result = readAnswer(wide(), theirs(['m=audio 4000 RTP/AVP 96', 'a=rtpmap:96 opus/48000/2']))
    if (result.kind !== 'negotiated') throw new Error(result.text)
    expect(result.received.map(({ payloadType, encoding }) => `${payloadType} ${encoding}`)).toEqual([
      '111 opus',
      '9 G722',
      '0 PCMU',
      '110 telephone-event',
      '101 telephone-event',
      '96 opus',
    ])
  })

  it('agrees with what answerOffer writes', () => {
    const callee = wide({ codecs: ownCodecs('G722', 'opus'), address: '198.51.100.2', answerOrder: 'own' })
    const { text, negotiated } = answer(createOffer(wide()), callee)
    expect(readAnswer(wide(), text)).toMatchObject({ kind: 'negotiated', codec: 'G722', payloadType: 9 })
    expect(negotiated).toMatchObject({ codec: 'G722', payloadType: 9, telephoneEvent: 101 })
  })
})

describe('comfort noise (RFC 3389)', () => {
  const quiet = wide({ comfortNoise: 13 })

  it('is offered where it is wanted, before DTMF', () => {
    expect(mediaLines(createOffer(quiet))[0]).toBe('m=audio 20000 RTP/AVP 111 9 0 13 110 101')
    expect(createOffer(quiet)).toContain('a=rtpmap:13 CN/8000\r\n')
  })

  it('is answered where both want it', () => {
    const { text, negotiated } = answer(chromium, quiet)
    expect(mediaLines(text)[0]).toBe('m=audio 20000 RTP/AVP 111 9 0 13 110 126')
    expect(negotiated.received).toContainEqual({ payloadType: 13, encoding: 'CN', clockRate: 8000 })
  })

  it('needs a codec of its clock rate', () => {
    expect(mediaLines(answer(chromium, wide({ comfortNoise: 13, codecs: ownCodecs('opus') })).text)[0]).toBe(
      'm=audio 20000 RTP/AVP 111 110',
    )
  })

  it('is understood without a=rtpmap, and is a codec that was not offered where it was not', () => {
    const lines = theirs(['m=audio 4000 RTP/AVP 0 13'])
    expect(readAnswer(quiet, lines)).toMatchObject({ kind: 'negotiated', codec: 'PCMU' })
    expect(readAnswer(wide(), lines)).toMatchObject({ kind: 'mismatch', name: 'codec-not-offered' })
  })
})
