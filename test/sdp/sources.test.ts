import { describe, expect, it } from 'vitest'
import { answerOffer } from '../../src/sdp/answer.js'
import { createOffer } from '../../src/sdp/offer.js'
import { readAnswer } from '../../src/sdp/read-answer.js'
import { own, theirs } from './own.js'

const audio = 'm=audio 4000 RTP/AVP 0'
const source = { ssrc: 4_294_967_295, cname: '4711@192.0.2.1' }

describe('sources of plain RTP (RFC 5576 4.1)', () => {
  it('are written where this side says what it sends as', () => {
    expect(createOffer(own())).not.toContain('a=ssrc')
    expect(createOffer(own({ source }))).toContain('a=ssrc:4294967295 cname:4711@192.0.2.1\r\n')
    const answer = answerOffer(theirs([audio]), own({ source }))
    expect(answer).toMatchObject({ text: expect.stringContaining('a=ssrc:4294967295 cname:4711@192.0.2.1\r\n') })
  })

  it.each([
    [[], []],
    [['a=ssrc:7 cname:x'], [7]],
    [
      ['a=ssrc:7 cname:x', 'a=ssrc:7 msid:a b', 'a=ssrc:8 cname:x'],
      [7, 8],
    ],
    [['a=ssrc:4294967295'], [4_294_967_295]],
    [['a=ssrc:4294967296 cname:x', 'a=ssrc:-1 cname:x', 'a=ssrc:x', 'a=ssrc:', 'a=ssrc-group:FID 7 8'], []],
  ])('are read of %j in an answer and in an offer', (lines, ssrcs) => {
    expect(readAnswer(own(), theirs([audio, ...lines]))).toMatchObject({ ssrcs })
    expect(answerOffer(theirs([audio, ...lines]), own())).toMatchObject({ negotiated: { ssrcs } })
  })

  it('are those of each description, however alike they are otherwise', () => {
    for (const ssrc of [1, 2]) {
      expect(readAnswer(own(), theirs([audio, `a=ssrc:${ssrc} cname:x`]))).toMatchObject({ ssrcs: [ssrc] })
    }
  })
})
