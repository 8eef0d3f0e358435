import { describe, expect, it } from 'vitest'
import { SipMessage } from '../../../src/sip/message/sip-message.js'
import { toWire } from '../../../src/sip/message/wire.js'

const parse = (text: string): SipMessage => SipMessage.parse(toWire(text.replace(/\n/g, '\r\n')))

const invite = `INVITE sip:bob@biloxi.example SIP/2.0
Via: SIP/2.0/TCP pc33.atlanta.example;branch=z9hG4bKnashds8, SIP/2.0/UDP lower.example;branch=z9hG4bK2
v: SIP/2.0/UDP lowest.example;branch=z9hG4bK3
mAx-ForwardS: 70
To: Bob <sip:bob@biloxi.example>
f: "Alice \\"A\\"" <sip:alice@atlanta.example>;tag=1928301774
i: a84b4c76e66710@pc33
CSeq: 314159 INVITE
X-Empty:
X-Folded: one
  two
\tthree
x-folded: four
Contact: "a, b" <sip:alice,a@pc33.atlanta.example;a=b>, <sip:other@host>;q=0.5
Supported: 100rel,  timer ,path
Content-Type: text/plain
l: 4

body`

describe('SipMessage', () => {
  const message = parse(invite)

  it('reads the request line', () => {
    expect(message).toMatchObject({
      isRequest: true,
      method: 'INVITE',
      requestUri: 'sip:bob@biloxi.example',
      status: 0,
    })
    expect(message.version).toBe('SIP/2.0')
    expect(message.startLine).toBe('INVITE sip:bob@biloxi.example SIP/2.0')
  })

  it.each(['Call-ID', 'call-id', 'CALL-ID', 'i', 'I'])('finds a field by %s', (name) => {
    expect(message.get(name)).toBe('a84b4c76e66710@pc33')
  })

  it.each([
    ['X-Empty', ''],
    ['x-EMPTY', ''],
    ['X-Folded', 'one two three'],
    ['X-Missing', undefined],
    ['Route', undefined],
  ])('get(%s) is %j', (name, value) => expect(message.get(name)).toBe(value))

  it('gives every line of a name in order, long and compact', () => {
    expect(message.getAll('via').length).toBe(2)
    expect(message.getAll('X-Folded')).toEqual(['one two three', 'four'])
  })

  it.each([
    [
      'Via',
      [
        'SIP/2.0/TCP pc33.atlanta.example;branch=z9hG4bKnashds8',
        'SIP/2.0/UDP lower.example;branch=z9hG4bK2',
        'SIP/2.0/UDP lowest.example;branch=z9hG4bK3',
      ],
    ],
    ['Contact', ['"a, b" <sip:alice,a@pc33.atlanta.example;a=b>', '<sip:other@host>;q=0.5']],
    ['Supported', ['100rel', 'timer', 'path']],
    ['Allow', []],
    ['X-Empty', []],
  ])('splits %s at its commas', (name, values) => expect(message.list(name)).toEqual(values))

  it('keeps names as written and says where each line stands', () => {
    const field = message.fields()[3]
    expect(field?.name).toBe('To')
    expect(message.text.slice(field?.start, field?.end)).toBe('To: Bob <sip:bob@biloxi.example>')
    expect(message.fields().map((each) => each.name)).toContain('mAx-ForwardS')
  })

  it('reads what a transaction and a dialog need', () => {
    expect(message.topVia).toMatchObject({ transport: 'TCP', host: 'pc33.atlanta.example', branch: 'z9hG4bKnashds8' })
    expect([message.cseq, message.cseqMethod, message.fromTag, message.toTag]).toEqual([
      314159,
      'INVITE',
      '1928301774',
      '',
    ])
    expect(message.from.display).toBe('Alice "A"')
    expect(message.bodyText).toBe('body')
    expect(Buffer.from(message.body).toString()).toBe('body')
    expect(message.defects).toEqual([])
  })

  it('reads a status line', () => {
    const response = parse('SIP/2.0 486 Busy Here\nCSeq: 1 INVITE\n\n')
    expect(response).toMatchObject({ isRequest: false, method: '', requestUri: '', status: 486, reason: 'Busy Here' })
  })

  it('stamps the top Via once it knows the source', () => {
    const request = parse('OPTIONS sip:a@b SIP/2.0\nVia: SIP/2.0/UDP 10.0.0.1:5060;rport;branch=z9hG4bKa\n\n')
    expect(request.topVia.received).toBe(undefined)
    request.source = { host: '127.0.0.1', port: 40000 }
    expect(request.topVia).toMatchObject({ received: '127.0.0.1', rport: 40000, branch: 'z9hG4bKa', host: '10.0.0.1' })
    expect(request.topViaText).toBe('SIP/2.0/UDP 10.0.0.1:5060;rport=40000;branch=z9hG4bKa;received=127.0.0.1')
  })

  it.each([
    ['no Content-Length: all that is there', '', 'abcdef', 'abcdef'],
    ['Content-Length less than there is: cut', 'Content-Length: 3\n', 'abcdef', 'abc'],
    ['Content-Length more than there is: what is there', 'Content-Length: 30\n', 'abcdef', 'abcdef'],
    ['Content-Length no number: all that is there', 'Content-Length: -3\n', 'abcdef', 'abcdef'],
    ['Content-Length 0', 'l: 0\n', 'abcdef', ''],
  ])('body with %s', (_, field, body, wanted) => {
    expect(parse(`OPTIONS sip:a SIP/2.0\n${field}\n${body}`).bodyText).toBe(wanted)
  })

  it('takes any Uint8Array and keeps it', () => {
    const bytes = new Uint8Array(toWire('xxOPTIONS sip:a@b SIP/2.0\r\nTo: t\r\n\r\n')).subarray(2)
    const parsed = SipMessage.parse(bytes)
    expect(parsed.bytes).toBe(bytes)
    expect([parsed.method, parsed.get('t')]).toEqual(['OPTIONS', 't'])
  })
})

describe('lenient reading', () => {
  it.each([
    ['CRLF before the start line', '\r\n\r\nOPTIONS sip:a@b SIP/2.0\r\nTo: <sip:t>\r\n\r\nx'],
    ['bare LF', 'OPTIONS sip:a@b SIP/2.0\nTo: <sip:t>\n\nx'],
    ['LF mixed with CRLF', 'OPTIONS sip:a@b SIP/2.0\nTo: <sip:t>\r\n\nx'],
    ['several spaces', 'OPTIONS   sip:a@b  SIP/2.0 \r\nTo   :   <sip:t>  \r\n\r\nx'],
  ])('%s', (_, text) => {
    const message = SipMessage.parse(toWire(text))
    expect([message.method, message.requestUri, message.to.uri, message.bodyText]).toEqual([
      'OPTIONS',
      'sip:a@b',
      'sip:t',
      'x',
    ])
  })

  it.each(['\r\n', '\n'])('a body that begins with a space after %j is no folded line', (lineEnd) => {
    const lines = ['OPTIONS sip:a@b SIP/2.0', 'To: <sip:t>', ' ;tag=1', ' ', '', ' x', 'y']
    const message = SipMessage.parse(toWire(lines.join(lineEnd)))
    expect([message.bodyText, message.to.uri, message.toTag]).toEqual([` x${lineEnd}y`, 'sip:t', '1'])
  })

  it.each(['', '\r\n', '\r\n\r\n', 'x', 'SIP/', 'SIP/2.0', ': \r\n\r\n', '\0\0\0', 'INVITE', ' \r\n\t\r\n', 'A B'])(
    'finds defects in %j and reads on',
    (text) => {
      const message = SipMessage.parse(toWire(text))
      expect(message.defects.some((defect) => defect.severity === 'error')).toBe(true)
      expect([message.callId, message.fromTag, message.topVia.branch, message.cseq]).toEqual(['', '', '', -1])
    },
  )
})

const flawless = {
  start: 'OPTIONS sip:bob@biloxi.example SIP/2.0',
  fields: [
    'Via: SIP/2.0/UDP h.example;branch=z9hG4bK1',
    'Max-Forwards: 70',
    'From: <sip:a@h>;tag=1',
    'To: <sip:b@h>',
    'Call-ID: c@h',
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
  ],
}

/** The flawless message with a field changed (same name), added, or left out (name only). */
function withField(field: string): SipMessage {
  const name = field.split(':', 1)[0] ?? ''
  const others = flawless.fields.filter((each) => !each.startsWith(`${name}:`))
  return parse([flawless.start, ...others, ...(field === name ? [] : [field]), '', ''].join('\n'))
}

describe('defects', () => {
  it('a flawless message has none', () => {
    expect(parse([flawless.start, ...flawless.fields, '', ''].join('\n')).defects).toEqual([])
  })

  it.each([
    ['Via', 'missing-header'],
    ['From', 'missing-header'],
    ['To', 'missing-header'],
    ['Call-ID', 'missing-header'],
    ['CSeq', 'missing-header'],
    ['Max-Forwards', 'missing-max-forwards'],
    ['From: <sip:a@h>', 'missing-tag'],
    ['Via: SIP/2.0/UDP h', 'via-branch'],
    ['Via: SIP/2.0/UDP h;branch=z9hG4bK', 'via-branch'],
    ['Via: SIP/2.0/UDP ;branch=z9hG4bK1', 'via'],
    ['Via: SIPS/2.0/TLS h;branch=z9hG4bK1', 'via-protocol'],
    ['Via: SIP/2.0/UDP h:x;branch=z9hG4bK1', 'via'],
    ['Via: SIP/2.0/UDP h;branch=z9hG4bK1;maddr=', 'via'],
    ['Via: SIP/2.0/UDP h;branch=z9hG4bK1;', 'via'],
    ['CSeq: x OPTIONS', 'cseq'],
    ['CSeq: 2147483648 OPTIONS', 'cseq'],
    ['CSeq: 1', 'cseq'],
    ['CSeq: 1 INVITE', 'cseq-method'],
    ['Call-ID: a b', 'call-id'],
    ['Call-ID: a@b@c', 'call-id'],
    ['Max-Forwards: 256', 'max-forwards'],
    ['Max-Forwards: -1', 'max-forwards'],
    ['Content-Length: 1x', 'content-length'],
    ['Content-Length: 5', 'body-short'],
    ['To: "open <sip:b@h>', 'address'],
    ['To: <sip:b@h', 'address'],
    ['To: a@b <sip:b@h>', 'address'],
    ['To: <sip:b@h%4>', 'address'],
    ['To: <sip:b#c@h>', 'address'],
    ['To: <sip:b@h;;a>', 'address'],
    ['To: <sip:b@h>;a="x', 'address'],
    ['To: sip:b@h,x', 'address'],
    ['Route: sip:a@h', 'address'],
    ['Contact: <sip:a@h>,', 'list'],
    ['Contact: <tel:x y>', 'address'],
    ['Supported: a b', 'list'],
    ['Accept: a/b,,c/d', 'list'],
    ['Content-Type: text', 'content-type'],
    ['Expires: soon', 'delta-seconds'],
    ['Expires: 4294967296', 'delta-seconds'],
    ['Date: Sat, 13 Nov 2010 23:29:00 EST', 'date'],
    ['Warning: 307 h no quotes', 'warning-value'],
    ['Authorization: Digest', 'credentials'],
    ['Authorization: Digest a=b c=d', 'credentials'],
    ['X(y: z', 'header-name'],
    ['Subject: a\x01b', 'control'],
    ['Subject: a\rb', 'bare-cr'],
    ['Subject: \xff', 'utf-8'],
  ])('%s has %s', (field, code) => {
    expect(new Set(withField(field).defects.map((defect) => defect.code))).toEqual(new Set([code]))
  })

  it.each([
    'Contact: *',
    'Contact: sip:a@h;expires=5',
    'Contact: A B <sip:a@h?x=y&z=>;q=0.5;+sip.instance="<urn:uuid:1>"',
    'Supported:',
    'Accept:',
    'Accept: application/sdp;level=1, application/x-private, text/html',
    'To: "\\"quoted\\" <sip:x>" <tel:+1-201-555-0123;ext=1>',
    'To: <urn:service:sos>',
    'Call-ID: f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
    'Date: Sat, 13 Nov 2010 23:29:00 GMT',
    'Warning: 307 isi.example "Session parameter \\"foo\\" not understood", 301 h "x"',
    'Retry-After: 18000 (in a meeting);duration=3600',
    'Session-Expires: 1800;refresher=uac',
    'Authorization: Digest username="a, b", nonce="", response="x", nc=00000001, qop=auth',
    'Content-Type: multipart/mixed; boundary="--x"',
    'Via: SIP / 2.0 / UDP h : 5060 ; branch = z9hG4bK1 ; rport',
    'Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK1',
    'Via: SIP/2.0/UDP [::1]:5060;branch=z9hG4bK1;received=::1;rport=9',
  ])('%s has none', (field) => expect(withField(field).defects).toEqual([]))

  it.each([
    ['OPTIONS sip:b SIP/2.0 ', 'start-line'],
    ['OPTIONS  sip:b SIP/2.0', 'start-line'],
    ['OPTIONS sip:b', 'start-line'],
    ['OPT(ONS sip:b SIP/2.0', 'start-line'],
    ['OPTIONS <sip:b> SIP/2.0', 'request-uri'],
    ['OPTIONS sip:b?a=b SIP/2.0', 'request-uri'],
    ['OPTIONS b SIP/2.0', 'request-uri'],
    ['OPTIONS sip:b SIP/3.0', 'version'],
    ['SIP/2.0 99 Low', 'status'],
    ['SIP/2.0 700 High', 'status'],
    ['SIP/2.0 200', 'reason-space'],
    ['SIP/2.0 20x', 'reason-space'],
    ['SIP/2.0  200 OK', 'start-line'],
    ['SIP/1.0 200 OK', 'version'],
  ])('start line %j has %s', (start, code) => {
    const message = parse([start, ...flawless.fields, '', ''].join('\n'))
    expect(message.defects.map((defect) => defect.code)).toContain(code)
  })

  it('a hostile message cannot make the list long', () => {
    expect(parse(`OPTIONS sip:b SIP/2.0\n${'junk\n'.repeat(10_000)}\n`).defects.length).toBe(100)
  })
})
