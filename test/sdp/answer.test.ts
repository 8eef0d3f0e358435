import { describe, expect, it } from 'vitest'
import { answerOffer } from '../../src/sdp/answer.js'
import type { Answer, Negotiated, RefusalName } from '../../src/sdp/negotiated.js'
import { mediaLines, own, ownCodecs, theirs } from './own.js'

const answer = (offer: string, change = {}): Answer => {
  const result = answerOffer(offer, own(change))
  if (result.kind !== 'answer') throw new Error(`${result.name}: ${result.text}`)
  return result
}

const negotiated = (offer: string, change = {}): Negotiated => {
  const result = answer(offer, change).negotiated
  if (!result) throw new Error('nothing was negotiated')
  return result
}

describe('codecs of an answer', () => {
  it.each([
    ['the order of the offer holds, not ours', 'm=audio 4000 RTP/AVP 8 0', 'm=audio 20000 RTP/AVP 8 0', 'PCMA', 8],
    ['what we do not speak is left out', 'm=audio 4000 RTP/AVP 18 9 0 3', 'm=audio 20000 RTP/AVP 0', 'PCMU', 0],
    ['static types need no rtpmap', 'm=audio 4000 RTP/AVP 8', 'm=audio 20000 RTP/AVP 8', 'PCMA', 8],
    ['AVPF is answered with AVPF', 'm=audio 4000 RTP/AVPF 0', 'm=audio 20000 RTP/AVPF 0', 'PCMU', 0],
    ['a port count is read over', 'm=audio 4000/2 RTP/AVP 0', 'm=audio 20000 RTP/AVP 0', 'PCMU', 0],
  ])('%s', (_what, line, expected, codec, payloadType) => {
    const result = answer(theirs([line]))
    expect(mediaLines(result.text)[0]).toBe(expected)
    expect(result.negotiated).toMatchObject({ codec, payloadType })
  })

  it('uses the payload types that the offer maps (RFC 3264 6.1)', () => {
    const offer = theirs([
      'm=audio 4000 RTP/AVP 96 97 98',
      'a=rtpmap:96 opus/48000/2',
      'a=rtpmap:97 pcma/8000',
      'a=rtpmap:98 Telephone-Event/8000',
    ])
    const result = answer(offer)
    expect(mediaLines(result.text)).toEqual([
      'm=audio 20000 RTP/AVP 97 98',
      'a=rtpmap:97 PCMA/8000',
      'a=rtpmap:98 telephone-event/8000',
      'a=fmtp:98 0-15',
      'a=ptime:20',
      'a=sendrecv',
    ])
    expect(result.negotiated).toMatchObject({ codec: 'PCMA', payloadType: 97, telephoneEvent: 98 })
  })

  it.each([
    ['not offered', theirs(['m=audio 4000 RTP/AVP 0 101']), {}, undefined],
    [
      'of another clock rate',
      theirs(['m=audio 4000 RTP/AVP 0 101', 'a=rtpmap:101 telephone-event/48000']),
      {},
      undefined,
    ],
    [
      'not ours',
      theirs(['m=audio 4000 RTP/AVP 0 96', 'a=rtpmap:96 telephone-event/8000']),
      { telephoneEvents: [] },
      undefined,
    ],
    ['offered', theirs(['m=audio 4000 RTP/AVP 0 96', 'a=rtpmap:96 telephone-event/8000']), {}, 96],
  ])('never assumes the payload type of telephone-event: %s', (_what, offer, change, expected) => {
    expect(negotiated(offer, change).telephoneEvent).toBe(expected)
  })

  it('does not take a codec of another clock rate for ours', () => {
    const offer = theirs(['m=audio 4000 RTP/AVP 96', 'a=rtpmap:96 PCMU/16000'])
    expect(answerOffer(offer, own())).toMatchObject({ kind: 'refusal', name: 'no-common-codec' })
  })

  it('respects which codecs we have', () => {
    expect(negotiated(theirs(['m=audio 4000 RTP/AVP 0 8']), { codecs: ownCodecs('PCMA') }).codec).toBe('PCMA')
  })
})

describe('m= lines of an answer', () => {
  it('are as many and in the same order as offered; all but one audio line have port 0', () => {
    const result = answer(
      theirs([
        'm=video 5000 RTP/AVP 31',
        'm=audio 4000 RTP/SAVP 0',
        'm=audio 4002 RTP/AVP 0',
        'm=audio 4004 RTP/AVP 8',
        'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
      ]),
    )
    expect(result.text.split('\r\n').filter((line) => line.startsWith('m='))).toEqual([
      'm=video 0 RTP/AVP 31',
      'm=audio 0 RTP/SAVP 0',
      'm=audio 20000 RTP/AVP 0',
      'm=audio 0 RTP/AVP 8',
      'm=application 0 UDP/DTLS/SCTP webrtc-datachannel',
    ])
    expect(result.negotiated?.remote).toEqual({ host: '198.51.100.2', port: 4002 })
  })

  it('end the stream when it is offered with port 0 (RFC 3264 8.2)', () => {
    const result = answer(theirs(['m=audio 0 RTP/AVP 0']))
    expect(result.negotiated).toBeUndefined()
    expect(mediaLines(result.text)).toEqual(['m=audio 0 RTP/AVP 0'])
  })

  it('repeat the time of the offer (RFC 3264 6)', () => {
    const offer = theirs(['m=audio 4000 RTP/AVP 0']).replace('t=0 0', 't=3034423619 3042462419')
    expect(answer(offer).text).toContain('\r\nt=3034423619 3042462419\r\n')
  })
})

describe('addresses', () => {
  const audio = 'm=audio 4000 RTP/AVP 0'
  it.each([
    ['session level', theirs([audio]), '198.51.100.2', 4000, '198.51.100.2', 4001],
    ['media level wins', theirs([audio, 'c=IN IP4 203.0.113.9']), '203.0.113.9', 4000, '203.0.113.9', 4001],
    ['IPv6', theirs([audio], ['c=IN IP6 2001:db8::7']), '2001:db8::7', 4000, '2001:db8::7', 4001],
    ['multicast suffix', theirs([audio], ['c=IN IP4 233.252.0.1/127']), '233.252.0.1', 4000, '233.252.0.1', 4001],
    ['a=rtcp port (RFC 3605)', theirs([audio, 'a=rtcp:5555']), '198.51.100.2', 4000, '198.51.100.2', 5555],
    ['a=rtcp address', theirs([audio, 'a=rtcp:5555 IN IP4 203.0.113.8']), '198.51.100.2', 4000, '203.0.113.8', 5555],
    ['bad a=rtcp', theirs([audio, 'a=rtcp:99999']), '198.51.100.2', 4000, '198.51.100.2', 4001],
    ['rtcp-mux is not taken up', theirs([audio, 'a=rtcp-mux']), '198.51.100.2', 4000, '198.51.100.2', 4001],
  ])('%s', (_what, offer, host, port, rtcpHost, rtcpPort) => {
    expect(negotiated(offer)).toMatchObject({ remote: { host, port }, rtcp: { host: rtcpHost, port: rtcpPort } })
  })
})

describe('directions of an answer (RFC 3264 6.1)', () => {
  it.each([
    ['sendrecv', 'sendrecv', 'sendrecv', true, true],
    ['sendonly', 'sendrecv', 'recvonly', false, true],
    ['recvonly', 'sendrecv', 'sendonly', true, false],
    ['inactive', 'sendrecv', 'inactive', false, false],
    ['sendrecv', 'sendonly', 'sendonly', true, false],
    ['sendrecv', 'recvonly', 'recvonly', false, true],
    ['sendonly', 'sendonly', 'inactive', false, false],
    ['recvonly', 'recvonly', 'inactive', false, false],
    ['sendrecv', 'inactive', 'inactive', false, false],
  ] as const)('%s offered and %s wanted gives %s', (offered, direction, expected, send, receive) => {
    const result = answer(theirs(['m=audio 4000 RTP/AVP 0', `a=${offered}`]), { direction })
    expect(mediaLines(result.text).at(-1)).toBe(`a=${expected}`)
    expect(result.negotiated).toMatchObject({ send, receive })
  })

  it.each([
    ['session level', theirs(['m=audio 4000 RTP/AVP 0'], ['c=IN IP4 198.51.100.2', 'a=sendonly']), 'recvonly'],
    [
      'media level wins',
      theirs(['m=audio 4000 RTP/AVP 0', 'a=inactive'], ['c=IN IP4 198.51.100.2', 'a=sendonly']),
      'inactive',
    ],
    ['RFC 2543 hold', theirs(['m=audio 4000 RTP/AVP 0'], ['c=IN IP4 0.0.0.0']), 'recvonly'],
    [
      'RFC 2543 hold with a=sendonly',
      theirs(['m=audio 4000 RTP/AVP 0', 'a=sendonly'], ['c=IN IP4 0.0.0.0']),
      'recvonly',
    ],
    [
      'RFC 2543 hold with a=inactive',
      theirs(['m=audio 4000 RTP/AVP 0', 'a=inactive'], ['c=IN IP4 0.0.0.0']),
      'inactive',
    ],
  ])('%s', (_what, offer, expected) => {
    expect(mediaLines(answer(offer).text).at(-1)).toBe(`a=${expected}`)
  })

  it('is written for kind none, but nothing is to be sent or received', () => {
    const result = answer(theirs(['m=audio 4000 RTP/AVP 0']), { kind: 'none' })
    expect(mediaLines(result.text).at(-1)).toBe('a=sendrecv')
    expect(result.negotiated).toMatchObject({ send: false, receive: false })
  })
})

describe('packet time to send with', () => {
  it.each([
    [[], 20],
    [['a=ptime:30'], 30],
    [['a=ptime:25'], 20],
    [['a=ptime:0'], 20],
    [['a=maxptime:10'], 10],
    [['a=ptime:40', 'a=maxptime:30'], 20],
    [['a=maxptime:15'], 10],
    [['a=ptime:1000'], 20],
  ])('%j gives %i ms', (attributes, expected) => {
    expect(negotiated(theirs(['m=audio 4000 RTP/AVP 0', ...attributes])).ptimeMs).toBe(expected)
  })
})

describe('an offer that cannot be answered is refused by name', () => {
  const audio = 'm=audio 4000 RTP/AVP 0'
  it.each<[RefusalName, string]>([
    ['no-address', theirs([audio], [])],
    ['bad-address', theirs([audio], ['c=IN IP4 host.example.com'])],
    ['bad-address', theirs([audio], ['c=IN IP4 999.1.1.1'])],
    ['bad-port', theirs(['m=audio 70000 RTP/AVP 0'])],
    ['no-common-codec', theirs(['m=audio 4000 RTP/AVP 18'])],
    ['no-common-codec', theirs(['m=audio 4000 RTP/AVP 0', 'a=rtpmap:0 L16/8000'])],
    ['unsupported-profile', theirs(['m=audio 4000 UDP/TLS/RTP/SAVPF 0'])],
    ['no-audio', theirs(['m=video 4000 RTP/AVP 31'])],
    ['no-media', theirs([])],
    ['garbled', ''],
    ['garbled', 'hello'],
    ['garbled', 'v=1\r\n'],
    ['garbled', theirs(['m=audio'])],
    ['garbled', theirs(['m=audio x RTP/AVP 0'])],
    ['too-large', theirs([audio]) + 'a=x\r\n'.repeat(2000)],
    ['too-large', `${theirs([audio])}a=x:${'y'.repeat(100_000)}\r\n`],
  ])('%s (%#)', (name, offer) => {
    expect(answerOffer(offer, own())).toMatchObject({ kind: 'refusal', name })
  })

  it('reads bare LF and CR as line ends', () => {
    expect(answerOffer(theirs([audio]).replaceAll('\r\n', '\n'), own()).kind).toBe('answer')
    expect(answerOffer(theirs([audio]).replaceAll('\r\n', '\r'), own()).kind).toBe('answer')
  })
})
