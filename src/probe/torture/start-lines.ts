import { refused, refusedOrRead, unknownMethod } from './reactions.js'
import { defineTorture, offer, type TortureMessage } from './torture-message.js'

/** RFC 4475 3.1.2: start lines that are invalid, or that CSeq contradicts. */
export const startLines: readonly TortureMessage[] = [
  defineTorture({
    name: 'ltgtruri',
    statement: '4475-3.1.2.7-1',
    title: 'INVITE whose Request-URI stands in angle brackets',
    original: { domain: 'example.com', transport: 'UDP', sentBy: '192.0.2.5' },
    expects: refusedOrRead(400),
    text: `INVITE <sip:user@[domain]> SIP/2.0
To: sip:user@example.com
From: sip:caller@example.net;tag=39291
Max-Forwards: 23
Call-ID: ltgtruri[unique].1@192.0.2.5
CSeq: 1 INVITE
Via: SIP/2.0/[transport] [sentBy]
Contact: <sip:caller@host5.example.net>
Content-Type: application/sdp
Content-Length: 159

${offer('192.0.2.5', { start: 3149328700 })}`,
  }),
  defineTorture({
    name: 'lwsruri',
    statement: '4475-3.1.2.8-1',
    title: 'INVITE with white space in its Request-URI',
    original: { domain: 'example.com', transport: 'UDP', sentBy: '192.0.2.1:5060', branch: 'z9hG4bKkdjuw2395' },
    expects: refusedOrRead(400),
    text: `INVITE sip:user@[domain]; lr SIP/2.0
To: sip:user@example.com;tag=3xfe-9921883-z9f
From: sip:caller@example.net;tag=231413434
Max-Forwards: 5
Call-ID: lwsruri[unique].asdfasdoeoi2323-asdfwrn23-asd834rk423
CSeq: 2130706432 INVITE
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Contact: <sip:caller@host1.example.net>
Content-Type: application/sdp
Content-Length: 159

${offer('192.0.2.1', { start: 3149328700 })}`,
  }),
  defineTorture({
    name: 'lwsstart',
    statement: '4475-3.1.2.9-1',
    title: 'INVITE with several spaces in its start line',
    original: { domain: 'example.com', transport: 'UDP', sentBy: 'host1.example.com', branch: 'z9hG4bKkdjuw3923' },
    expects: refusedOrRead(400),
    text: `INVITE  sip:user@[domain]  SIP/2.0
Max-Forwards: 8
To: sip:user@example.com
From: sip:caller@example.net;tag=8814
Call-ID: lwsstart[unique].dfknq234oi243099adsdfnawe3@example.com
CSeq: 1893884 INVITE
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Contact: <sip:caller@host1.example.net>
Content-Type: application/sdp
Content-Length: 150

${offer('192.0.2.1')}`,
  }),
  defineTorture({
    name: 'trws',
    statement: '4475-3.1.2.10-1',
    title: 'OPTIONS with spaces behind its start line',
    original: { domain: 'example.com', transport: 'TCP', sentBy: 'host1.examle.com', branch: 'z9hG4bK299342093' },
    expects: refusedOrRead(400),
    text: `OPTIONS sip:remote-target@[domain] SIP/2.0\x20\x20
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
To: <sip:remote-target@example.com>
From: <sip:local-resource@example.com>;tag=329429089
Call-ID: trws[unique].oicu34958239neffasdhr2345r
Accept: application/sdp
CSeq: 238923 OPTIONS
Max-Forwards: 70
Content-Length: 0

`,
  }),
  defineTorture({
    name: 'escruri',
    statement: '4475-3.1.2.11-1',
    title: 'INVITE with a header part in its Request-URI',
    original: {
      domain: 'example.com',
      transport: 'UDP',
      sentBy: 'host-of-the-hour.example.com',
      branch: 'z9hG4bKkdjuw',
    },
    expects: refusedOrRead(400),
    text: `INVITE sip:user@[domain]?Route=%3Csip:example.com%3E SIP/2.0
To: sip:user@example.com
From: sip:caller@example.net;tag=341518
Max-Forwards: 7
Contact: <sip:caller@host39923.example.net>
Call-ID: escruri[unique].23940-asdfhj-aje3br-234q098w-fawerh2q-h4n5
CSeq: 149209342 INVITE
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Content-Type: application/sdp
Content-Length: 150

${offer('192.0.2.1')}`,
  }),
  defineTorture({
    name: 'badvers',
    statement: '4475-3.1.2.16-1',
    title: 'OPTIONS of SIP/7.0',
    original: { domain: 'example.org', transport: 'UDP', sentBy: 'c.example.com', branch: 'z9hG4bKkdjuw' },
    expects: refused(505),
    text: `OPTIONS sip:t.watson@[domain] SIP/7.0
Via:     SIP/7.0/[transport] [sentBy];branch=[branch]
Max-Forwards:     70
From:    A. Bell <sip:a.g.bell@example.com>;tag=qweoiqpe
To:      T. Watson <sip:t.watson@example.org>
Call-ID: badvers[unique].31417@c.example.com
CSeq:    1 OPTIONS
l: 0

`,
  }),
  defineTorture({
    name: 'mismatch01',
    statement: '4475-3.1.2.17-1',
    title: 'OPTIONS whose CSeq says INVITE',
    original: { domain: 'example.com', transport: 'UDP', sentBy: 'host.example.com', branch: 'z9hG4bKkdjuw' },
    expects: refused(400),
    text: `OPTIONS sip:user@[domain] SIP/2.0
To: sip:j.user@example.com
From: sip:caller@example.net;tag=34525
Max-Forwards: 6
Call-ID: mismatch01[unique].dj0234sxdfl3
CSeq: 8 INVITE
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
l: 0

`,
  }),
  defineTorture({
    name: 'mismatch02',
    statement: '4475-3.1.2.18-1',
    title: 'an unknown method whose CSeq says INVITE',
    original: { domain: 'example.com', transport: 'UDP', sentBy: 'host.example.net', branch: 'z9hG4bKkdjuw' },
    expects: unknownMethod,
    text: `NEWMETHOD sip:user@[domain] SIP/2.0
To: sip:j.user@example.com
From: sip:caller@example.net;tag=34525
Max-Forwards: 6
Call-ID: mismatch02[unique].dj0234sxdfl3
CSeq: 8 INVITE
Contact: <sip:caller@host.example.net>
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Content-Type: application/sdp
l: 138

v=0
o=mhandley 29739 7272939 IN IP4 192.0.2.1
c=IN IP4 192.0.2.1
m=audio 49217 RTP/AVP 0 12
m=video 3227 RTP/AVP 31
a=rtpmap:31 LPC
`,
  }),
]
