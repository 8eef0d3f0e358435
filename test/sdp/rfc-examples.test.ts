import { describe, expect, it } from 'vitest'
import { answerOffer } from '../../src/sdp/answer.js'
import { createOffer } from '../../src/sdp/offer.js'
import { readAnswer } from '../../src/sdp/read-answer.js'
import { mediaLines, own, ownCodecs } from './own.js'

// The examples of RFC 3264 10 with addresses in place of host names, since media is sent to addresses only.
const alice = (sections: string, version = 2890844526) =>
  `v=0\no=alice 2890844526 ${version} IN IP4 192.0.2.10\ns=\nc=IN IP4 192.0.2.10\nt=0 0\n${sections}`.replaceAll(
    '\n',
    '\r\n',
  )
const bob = (sections: string, version = 2890844730) =>
  `v=0\no=bob 2890844730 ${version} IN IP4 192.0.2.20\ns=\nc=IN IP4 192.0.2.20\nt=0 0\n${sections}`.replaceAll(
    '\n',
    '\r\n',
  )

describe('RFC 3264 10.1, basic exchange', () => {
  const offer = alice(
    'm=audio 49170 RTP/AVP 0\na=rtpmap:0 PCMU/8000\nm=video 51372 RTP/AVP 31\na=rtpmap:31 H261/90000\n' +
      'm=video 53000 RTP/AVP 32\na=rtpmap:32 MPV/90000\n',
  )

  it('is answered with audio taken and both video streams rejected', () => {
    const result = answerOffer(offer, own({ address: '192.0.2.20', port: 49_920, telephoneEvents: [] }))
    if (result.kind !== 'answer') throw new Error(result.text)
    expect(mediaLines(result.text)).toEqual([
      'm=audio 49920 RTP/AVP 0',
      'a=rtpmap:0 PCMU/8000',
      'a=ptime:20',
      'a=sendrecv',
      'm=video 0 RTP/AVP 31',
      'm=video 0 RTP/AVP 32',
    ])
    expect(result.negotiated?.remote).toEqual({ host: '192.0.2.10', port: 49_170 })
  })

  it('takes the re-offer with another port and an added stream', () => {
    const reOffer = bob(
      'm=audio 65422 RTP/AVP 0\na=rtpmap:0 PCMU/8000\nm=video 0 RTP/AVP 31\nm=video 53000 RTP/AVP 32\n' +
        'a=rtpmap:32 MPV/90000\nm=audio 51434 RTP/AVP 110\na=rtpmap:110 telephone-events/8000\na=recvonly\n',
      2890844731,
    )
    const result = answerOffer(reOffer, own({ address: '192.0.2.10', port: 49_170, version: 2 }))
    if (result.kind !== 'answer') throw new Error(result.text)
    expect(result.negotiated?.remote).toEqual({ host: '192.0.2.20', port: 65_422 })
    expect(result.text.match(/^m=\S+ \d+/gm)).toEqual(['m=audio 49170', 'm=video 0', 'm=video 0', 'm=audio 0'])
  })
})

describe('RFC 3264 10.2, one of N codecs', () => {
  it('answers an inactive offer inactively, with all codecs in common', () => {
    const offer = alice(
      'm=audio 62986 RTP/AVP 0 4 18\na=rtpmap:0 PCMU/8000\na=rtpmap:4 G723/8000\na=rtpmap:18 G729/8000\na=inactive\n',
    )
    const result = answerOffer(offer, own())
    if (result.kind !== 'answer') throw new Error(result.text)
    expect(mediaLines(result.text)).toEqual([
      'm=audio 20000 RTP/AVP 0',
      'a=rtpmap:0 PCMU/8000',
      'a=ptime:20',
      'a=inactive',
    ])
    expect(result.negotiated).toMatchObject({ send: false, receive: false })
  })
})

// Shaped after RFC 4317: codec choice, hold and resume, and a stream that is added and rejected.
describe('RFC 4317 2.1 and 3.1', () => {
  it('an offer of PCMU, iLBC and DTMF is answered with what is common', () => {
    const offer = alice(
      'm=audio 49170 RTP/AVP 0 8 97\na=rtpmap:0 PCMU/8000\na=rtpmap:8 PCMA/8000\na=rtpmap:97 iLBC/8000\n' +
        'm=video 51372 RTP/AVP 31 32\na=rtpmap:31 H261/90000\na=rtpmap:32 MPV/90000\n',
    )
    const result = answerOffer(offer, own({ codecs: ownCodecs('PCMA', 'PCMU') }))
    expect(result).toMatchObject({ kind: 'answer', negotiated: { codec: 'PCMU', payloadType: 0 } })
  })

  it('hold and resume: sendonly is answered by recvonly, sendrecv by sendrecv, versions grow by one', () => {
    const first = createOffer(own())
    const hold = createOffer(own({ version: 2, direction: 'sendonly' }), first)
    const callee = own({ address: '192.0.2.20', port: 49_920 })
    const held = answerOffer(hold, callee)
    const resumed = answerOffer(createOffer(own({ version: 3 }), hold), { ...callee, version: 2 })
    if (held.kind !== 'answer' || resumed.kind !== 'answer') throw new Error('refused')
    expect(held.negotiated).toMatchObject({ send: false, receive: true })
    expect(readAnswer(own({ direction: 'sendonly' }), held.text)).toMatchObject({ send: true, receive: false })
    expect(resumed.negotiated).toMatchObject({ send: true, receive: true })
    expect(resumed.text).toContain('o=- 4711 2 ')
  })
})
