import { describe, expect, it } from 'vitest'
import { writeMessage } from '../../../src/sip/message/message-text.js'
import { reasonPhrase } from '../../../src/sip/message/reason-phrase.js'
import { writeResponse } from '../../../src/sip/message/response.js'
import { SipMessage } from '../../../src/sip/message/sip-message.js'
import { parseStartLine, writeRequestLine, writeStatusLine } from '../../../src/sip/message/start-line.js'
import { compileTemplate } from '../../../src/sip/message/template.js'
import { toWire } from '../../../src/sip/message/wire.js'

const parse = (text: string): SipMessage => SipMessage.parse(toWire(text))

const invite = writeMessage('INVITE sip:bob@b SIP/2.0', [
  { name: 'v', value: 'SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bK1, SIP/2.0/UDP two;branch=z9hG4bK2' },
  { name: 'Via', value: 'SIP/2.0/UDP three;branch=z9hG4bK3' },
  { name: 'Record-Route', value: '<sip:p1;lr>' },
  { name: 'record-route', value: '<sip:p2;lr>,<sip:p3;lr>' },
  { name: 'To', value: '<sip:bob@b>' },
  { name: 'From', value: '"A" <sip:a@a>;tag=1' },
  { name: 'i', value: 'call@a' },
  { name: 'CSeq', value: '0042   INVITE' },
  { name: 'Timestamp', value: '54' },
])

describe('writeResponse', () => {
  it('copies what RFC 3261 8.2.6.2 says, in order', () => {
    expect(writeResponse(parse(invite), 180, '', { toTag: 'x' })).toBe(
      [
        'SIP/2.0 180 Ringing',
        'Via: SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bK1, SIP/2.0/UDP two;branch=z9hG4bK2',
        'Via: SIP/2.0/UDP three;branch=z9hG4bK3',
        'Record-Route: <sip:p1;lr>',
        'Record-Route: <sip:p2;lr>,<sip:p3;lr>',
        'From: "A" <sip:a@a>;tag=1',
        'To: <sip:bob@b>;tag=x',
        'Call-ID: call@a',
        'CSeq: 0042   INVITE',
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n'),
    )
  })

  it('stamps the top Via of a request whose source is known', () => {
    const request = parse(invite)
    request.source = { host: '127.0.0.1', port: 4000 }
    const response = parse(writeResponse(request, 200, 'Fine'))
    expect(response.getAll('Via')).toEqual([
      'SIP/2.0/UDP 10.0.0.1;rport=4000;branch=z9hG4bK1;received=127.0.0.1',
      'SIP/2.0/UDP two;branch=z9hG4bK2',
      'SIP/2.0/UDP three;branch=z9hG4bK3',
    ])
    expect(response.reason).toBe('Fine')
  })

  it('100 has no tag of its own and returns Timestamp', () => {
    const response = parse(writeResponse(parse(invite), 100, '', { toTag: 'x' }))
    expect([response.toTag, response.get('Timestamp'), response.get('Record-Route')]).toEqual(['', '54', undefined])
  })

  it('keeps a To tag that is there', () => {
    const bye = parse(invite.replace('<sip:bob@b>', '<sip:bob@b>;tag=theirs'))
    expect(parse(writeResponse(bye, 200, '', { toTag: 'x' })).get('To')).toBe('<sip:bob@b>;tag=theirs')
  })

  it('a refusal has no Record-Route', () => {
    expect(parse(writeResponse(parse(invite), 486, '')).has('Record-Route')).toBe(false)
  })

  it('adds fields, lines and a body that is counted', () => {
    const response = parse(
      writeResponse(parse(invite), 200, '', {
        headers: [{ name: 'Contact', value: '<sip:bob@c>' }],
        lines: 'Allow: INVITE\r\nSupported: timer\r\n',
        contentType: 'application/sdp',
        body: 'v=0\r\n',
      }),
    )
    expect([response.get('Contact'), response.get('Allow'), response.get('Supported')]).toEqual([
      '<sip:bob@c>',
      'INVITE',
      'timer',
    ])
    expect([response.get('Content-Type'), response.get('Content-Length'), response.bodyText]).toEqual([
      'application/sdp',
      '5',
      'v=0\r\n',
    ])
  })

  it.each([
    [404, 'Not Found'],
    [499, 'Bad Request'],
    [699, 'Busy Everywhere'],
    [799, 'Unknown'],
  ])('%i is called %s', (status, phrase) => expect(reasonPhrase(status)).toBe(phrase))
})

describe('start lines', () => {
  it.each([
    ['INVITE sip:a SIP/2.0', { isRequest: true, method: 'INVITE', requestUri: 'sip:a', version: 'SIP/2.0' }],
    ['INVITE <sip:a b> SIP/2.0', { method: 'INVITE', requestUri: '<sip:a b>', version: 'SIP/2.0' }],
    ['INVITE sip:a', { method: 'INVITE', requestUri: 'sip:a', version: '' }],
    ['INVITE', { isRequest: true, method: 'INVITE', requestUri: '', version: '' }],
    ['sip/2.0 200 OK now', { isRequest: false, status: 200, reason: 'OK now', version: 'sip/2.0' }],
    ['SIP/2.0 200', { status: 200, reason: '' }],
    ['SIP/2.0 2x0 OK', { status: 0, reason: 'OK' }],
    ['SIP/2.0 4294967301 better', { status: 0 }],
    ['', { isRequest: true, method: '', requestUri: '' }],
  ])('%j', (line, wanted) => expect(parseStartLine(line)).toMatchObject(wanted))

  it('are written with CRLF', () => {
    expect(writeRequestLine('BYE', 'sip:a')).toBe('BYE sip:a SIP/2.0\r\n')
    expect(writeStatusLine(200, 'OK')).toBe('SIP/2.0 200 OK\r\n')
  })
})

describe('compileTemplate', () => {
  it('fills slots and counts the body', () => {
    const template = compileTemplate(
      'OPTIONS [uri] SIP/2.0\nVia: SIP/2.0/UDP [::1];branch=[branch]\nl: [len]\n\n[body]!\n',
      ['uri', 'branch', 'body'],
    )
    expect(template.render({ uri: 'sip:a', branch: 7, body: 'four\xe9' })).toBe(
      'OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/UDP [::1];branch=7\r\nl: 8\r\n\r\nfour\xe9!\r\n',
    )
  })

  it('leaves brackets around other words and [len] in the body alone', () => {
    expect(compileTemplate('X: [unknown] [] [a b] [len]\r\n\r\n[len]', []).render({})).toBe(
      'X: [unknown] [] [a b] 5\r\n\r\n[len]',
    )
  })

  it('a slot may stand twice, or be empty, or hold whole lines', () => {
    const template = compileTemplate('A [x] [x]\n[lines]B: c\n\n', ['x', 'lines'])
    expect(template.render({ x: '[x]', lines: '' })).toBe('A [x] [x]\r\nB: c\r\n\r\n')
    expect(template.render({ x: 1, lines: 'L: 1\r\nM: 2\r\n' })).toBe('A 1 1\r\nL: 1\r\nM: 2\r\nB: c\r\n\r\n')
  })

  it.each(['A b\nC: d', 'A b\nC: d\n', 'A b\r\nC: d\r\n'])('a head without an empty line gets one: %j', (text) => {
    expect(compileTemplate(text, []).render({})).toBe('A b\r\nC: d\r\n\r\n')
  })
})
