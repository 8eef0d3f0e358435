import { refusedThere, taken } from './reactions.js'
import { defineTorture, offer, type TortureMessage } from './torture-message.js'

/** The body of mpart01; its second part is an S/MIME signature in DER. */
const parts = Buffer.from(
  'LS03YTljYmVjMDJjZWVmNjU1DQpDb250ZW50LVR5cGU6IHRleHQvcGxhaW4NCkNvbnRlbnQtVHJhbnNmZXItRW5jb2Rpbmc6IGJpbmFyeQ0KDQ' +
    'pIZWxsbw0KLS03YTljYmVjMDJjZWVmNjU1DQpDb250ZW50LVR5cGU6IGFwcGxpY2F0aW9uL29jdGV0LXN0cmVhbQ0KQ29udGVudC1UcmFuc2Zl' +
    'ci1FbmNvZGluZzogYmluYXJ5DQoNCjCCAVIGCSqGSIb3DQEHAqCCAUMwggE/AgEBMQkwBwYFKw4DAhowCwYJKoZIhvcNAQcBMYIBIDCCARwCAQ' +
    'EwfDBwMQswCQYDVQQGEwJVUzETMBEGA1UECBMKQ2FsaWZvcm5pYTERMA8GA1UEBxMIU2FuIEpvc2UxDjAMBgNVBAoTBXNpcGl0MSkwJwYDVQQL' +
    'EyBTaXBpdCBUZXN0IENlcnRpZmljYXRlIEF1dGhvcml0eQIIAZUAcQIzARMwBwYFKw4DAhowDQYJKoZIhvcNAQEBBQAEgYCO9Gb5SPBSLdLll4' +
    '6dlarp8v4VoGZZcWKS6NoqqNg1CmjO/648vSv/FnXd1WSOWT3WRyjyYiD36UF0njMNmhXtq9uT0QxCEC57conSnMDJri77x8DP+RcvOwJ+T8An' +
    '4VRt5LaqOrs+ZszLXdbGS4ODFJy45v8YLZRP5XtlvJnQBQ0KLS03YTljYmVjMDJjZWVmNjU1LS0NCg==',
  'base64',
).toString('latin1')

/** Messages of RFC 4475 that are well-formed and on which whom they are for decides. */
export const callees: readonly TortureMessage[] = [
  defineTorture({
    name: 'mpart01',
    statement: '4475-3.1.1.11-1',
    title: 'MESSAGE with a body of binary parts',
    original: {
      domain: 'example.org',
      route: '127.0.0.1:5080',
      transport: 'UDP',
      sentBy: '127.0.0.1:5070',
      branch: 'z9hG4bK-d87543-4dade06d0bdb11ee-1--d87543-',
    },
    expects: taken,
    binary: parts,
    text: `MESSAGE sip:kumiko@[domain] SIP/2.0
Via: SIP/2.0/[transport] [sentBy];branch=[branch];rport
Max-Forwards: 70
Route: <sip:[route]>
Identity: r5mwreLuyDRYBi/0TiPwEsY3rEVsk/G2WxhgTV1PF7hHuLIK0YWVKZhKv9Mj8UeXqkMVbnVq37CD+813gvYjcBUaZngQmXc9WNZSDNGCzA+fWl9MEUHWIZo1CeJebdY/XlgKeTa0Olvq0rt70Q5jiSfbqMJmQFteeivUhkMWYUA=
Contact: <sip:fluffy@127.0.0.1:5070>
To: <sip:kumiko@example.org>
From: <sip:fluffy@example.com>;tag=2fb0dcc9
Call-ID: 3d9485ad0c49859b[unique]@Zmx1ZmZ5LW1hYy0xNi5sb2NhbA..
CSeq: 1 MESSAGE
Content-Transfer-Encoding: binary
Content-Type: multipart/mixed;boundary=7a9cbec02ceef655
Date: Sat, 15 Oct 2005 04:44:56 GMT
User-Agent: SIPimp.org/0.2.5 (curses)
Content-Length: 553

`,
  }),
  defineTorture({
    name: 'bext01',
    statement: '4475-3.3.5-1',
    title: 'OPTIONS with Require and Proxy-Require of unknown extensions',
    original: {
      user: 'user',
      domain: 'example.com',
      transport: 'TLS',
      sentBy: 'fold-and-staple.example.com',
      branch: 'z9hG4bKkdjuw',
    },
    expects: refusedThere(420),
    text: `OPTIONS sip:[user]@[domain] SIP/2.0
To: sip:j_user@example.com
From: sip:caller@example.net;tag=242etr
Max-Forwards: 6
Call-ID: bext01[unique].0ha0isndaksdj
Require: nothingSupportsThis, nothingSupportsThisEither
Proxy-Require: noProxiesSupportThis, norDoAnyProxiesSupportThis
CSeq: 8 OPTIONS
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Content-Length: 0

`,
  }),
  defineTorture({
    name: 'invut',
    statement: '4475-3.3.6-1',
    title: 'INVITE with a body of an unknown type',
    original: {
      user: 'user',
      domain: 'example.com',
      transport: 'UDP',
      sentBy: 'somehost.example.com',
      branch: 'z9hG4bKkdjuw',
    },
    expects: refusedThere(415),
    text: `INVITE sip:[user]@[domain] SIP/2.0
Contact: <sip:caller@host5.example.net>
To: sip:j.user@example.com
From: sip:caller@example.net;tag=8392034
Max-Forwards: 70
Call-ID: invut[unique].0ha0isndaksdjadsfij34n23d
CSeq: 235448 INVITE
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Content-Type: application/unknownformat
Content-Length: 40

<audio>
 <pcmu port="443"/>
</audio>
`,
  }),
  defineTorture({
    name: 'sdp01',
    statement: '4475-3.3.15-1',
    title: 'INVITE that accepts no session description in answer',
    original: { user: 'user', domain: 'example.com', transport: 'UDP', sentBy: '192.0.2.15', branch: 'z9hG4bKkdjuw' },
    expects: refusedThere(406, 400),
    text: `INVITE sip:[user]@[domain] SIP/2.0
To: sip:j_user@example.com
Contact: <sip:caller@host15.example.net>
From: sip:caller@example.net;tag=234
Max-Forwards: 5
Call-ID: sdp01[unique].ndaksdj9342dasdd
Accept: text/nobodyKnowsThis
CSeq: 8 INVITE
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Content-Length: 150
Content-Type: application/sdp

${offer('192.0.2.5')}`,
  }),
]
