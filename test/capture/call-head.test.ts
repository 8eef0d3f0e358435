import { describe, expect, test } from 'vitest'
import { bodyStart, CallHead, describesAudio } from '../../src/capture/rtp/call-head.js'

const octetsOf = (text: string) => {
  const memory = Buffer.from(`\0${text.replaceAll('\n', '\r\n')}\0`, 'latin1')
  return { memory, start: 1, end: memory.length - 1 }
}

function read(text: string) {
  const octets = octetsOf(text)
  const head = new CallHead()
  head.read(octets)
  const { isResponse, isAnswer, isBye, isInvite, callIdStart, callIdEnd } = head
  const bodyAt = bodyStart(octets)
  const callId = octets.memory.toString('latin1', callIdStart, callIdEnd)
  const body = bodyAt === 0 ? undefined : octets.memory.toString('latin1', bodyAt, octets.end)
  return { isResponse, isAnswer, isBye, isInvite, callId, body }
}

describe('the head of a message tells', () => {
  const request = { isResponse: false, isAnswer: false, isBye: false, isInvite: true, callId: 'a@b', body: '' }
  test.each([
    ['an INVITE', 'INVITE sip:b@c SIP/2.0\nCall-ID: a@b\nCSeq: 1 INVITE\n\n', request],
    ['compact names, other cases and blanks', 'INVITE sip:b@c SIP/2.0\nI :\ta@b \ncSeQ:1  Invite\n\n', request],
    [
      'the first of fields that stand twice',
      'INVITE x SIP/2.0\ni: a@b\ni: d\nCSeq: 1 INVITE\nCSeq: 2 BYE\n\n',
      request,
    ],
    ['a BYE', 'BYE x SIP/2.0\nCall-ID: a@b\nCSeq: 1 BYE\n\n', { ...request, isBye: true, isInvite: false }],
    ['a BYE after blanks', ' BYE x SIP/2.0\ni: a@b\nCSeq: 1 BYE\n\n', { ...request, isBye: true, isInvite: false }],
    ['a 2xx', 'SIP/2.0 200 OK\ni: a@b\nCSeq: 1 INVITE\n\n', { ...request, isResponse: true, isAnswer: true }],
    ['another response', 'sip/2.0 486 No\ni: a@b\nCSeq: 1 INVITE\n\n', { ...request, isResponse: true }],
    ['a method like INVITE', 'X x SIP/2.0\ni: a@b\nCSeq: 1 INVITES\n\n', { ...request, isInvite: false }],
    [
      'fields like these',
      'X x SIP/2.0\nIn: d\nCall-IDs: d\nCSeqs: 1 A\n\n',
      { ...request, isInvite: undefined, callId: '' },
    ],
    [
      'fields in a body, which are none',
      'X x SIP/2.0\n\ni: a\n',
      { ...request, isInvite: undefined, callId: '', body: 'i: a\r\n' },
    ],
    ['a head without an end', 'INVITE x SIP/2.0\ni: a@b\nCSeq: 1 INVITE', { ...request, body: undefined }],
  ])('%s', (_what, text, expected) => {
    expect(read(text)).toEqual(expected)
  })
})

test('audio is found in whatever has a body', () => {
  const describes = (text: string): boolean => describesAudio(octetsOf(text))
  expect(describes('INVITE x SIP/2.0\nContent-Length: 0\n\n')).toBe(false)
  expect(describes('INVITE x SIP/2.0\nContent-Length: 20\n\nm=audio 1 RTP/AVP 0\n')).toBe(true)
  expect(describes('INVITE x SIP/2.0\n\nv=0\nm=audio 1 RTP/AVP 0\n\n')).toBe(true)
  expect(describes('INVITE x SIP/2.0\n\nv=0\nm=video 1 RTP/AVP 0\n')).toBe(false)
})
