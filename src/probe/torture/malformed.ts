import { refused, refusedOrClosed, refusedOrProcessed, refusedOrRead } from './reactions.js'
import { defineTorture, offer, type TortureMessage } from './torture-message.js'

/** RFC 4475 3.1.2: invalid. */
export const malformed: readonly TortureMessage[] = [
  defineTorture({
    name: 'badinv01',
    statement: '4475-3.1.2.1-1',
    title: 'INVITE with empty parameters and list elements in Via and Contact',
    original: { domain: 'example.com', transport: 'UDP', sentBy: '192.0.2.15' },
    expects: refused(400),
    text: `INVITE sip:user@[domain] SIP/2.0
To: sip:j.user@example.com
From: sip:caller@example.net;tag=134161461246
Max-Forwards: 7
Call-ID: badinv01[unique].0ha0isndaksdjasdf3234nas
CSeq: 8 INVITE
Via: SIP/2.0/[transport] [sentBy];;,;,,
Contact: "Joe" <sip:joe@example.org>;;;;
Content-Length: 152
Content-Type: application/sdp

${offer('192.0.2.15')}`,
  }),
  defineTorture({
    name: 'clerr',
    statement: '4475-3.1.2.2-1',
    title: 'INVITE with a Content-Length beyond its datagram',
    original: { domain: 'example.com', transport: 'UDP', sentBy: 'host5.example.com', branch: 'z9hG4bK-39234-23523' },
    expects: refused(400),
    carriedBy: 'datagram',
    text: `INVITE sip:user@[domain] SIP/2.0
Max-Forwards: 80
To: sip:j.user@example.com
From: sip:caller@example.net;tag=93942939o2
Contact: <sip:caller@hungry.example.net>
Call-ID: clerr[unique].0ha0isndaksdjweiafasdk3
CSeq: 8 INVITE
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Content-Type: application/sdp
Content-Length: 9999

${offer('192.0.2.155')}`,
  }),
  defineTorture({
    name: 'ncl',
    statement: '4475-3.1.2.3-1',
    title: 'INVITE with a negative Content-Length',
    original: { domain: 'example.com', transport: 'UDP', sentBy: '192.0.2.53', branch: 'z9hG4bKkdjuw' },
    expects: refusedOrClosed(400),
    text: `INVITE sip:user@[domain] SIP/2.0
Max-Forwards: 254
To: sip:j.user@example.com
From: sip:caller@example.net;tag=32394234
Call-ID: ncl[unique].0ha0isndaksdj2193423r542w35
CSeq: 0 INVITE
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Contact: <sip:caller@example53.example.net>
Content-Type: application/sdp
Content-Length: -999

${offer('192.0.2.53')}`,
  }),
  defineTorture({
    name: 'scalar02',
    statement: '4475-3.1.2.4-1',
    title: 'REGISTER with numbers beyond their range',
    original: { domain: 'example.com', transport: 'TCP', sentBy: 'host129.example.com', branch: 'z9hG4bK342sdfoi3' },
    expects: refused(400),
    text: `REGISTER sip:[domain] SIP/2.0
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
To: <sip:user@[domain]>
From: <sip:user@[domain]>;tag=239232jh3
CSeq: 36893488147419103232 REGISTER
Call-ID: scalar02[unique].23o0pd9vanlq3wnrlnewofjas9ui32
Max-Forwards: 300
Expires: 10000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
Contact: <sip:user@host129.example.com>
  ;expires=280297596632815
Content-Length: 0

`,
  }),
  defineTorture({
    name: 'quotbal',
    statement: '4475-3.1.2.6-1',
    title: 'INVITE with a quotation that does not end',
    original: { domain: 'example.com', transport: 'UDP', sentBy: '192.0.2.59:5050', branch: 'z9hG4bKkdjuw39234' },
    expects: refusedOrRead(400),
    text: `INVITE sip:user@[domain] SIP/2.0
To: "Mr. J. User <sip:j.user@example.com>
From: sip:caller@example.net;tag=93334
Max-Forwards: 10
Call-ID: quotbal[unique].aksdj
Contact: <sip:caller@host59.example.net>
CSeq: 8 INVITE
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Content-Type: application/sdp
Content-Length: 152

${offer('192.0.2.15')}`,
  }),
  defineTorture({
    name: 'baddate',
    statement: '4475-3.1.2.12-1',
    title: 'INVITE with a Date of another zone than GMT',
    original: { domain: 'example.com', transport: 'UDP', sentBy: 'host.example.com', branch: 'z9hG4bKkdjuw' },
    expects: refusedOrProcessed(400),
    text: `INVITE sip:user@[domain] SIP/2.0
To: sip:user@example.com
From: sip:caller@example.net;tag=2234923
Max-Forwards: 70
Call-ID: baddate[unique].239423mnsadf3j23lj42--sedfnm234
CSeq: 1392934 INVITE
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Date: Fri, 01 Jan 2010 16:00:00 EST
Contact: <sip:caller@host5.example.net>
Content-Type: application/sdp
Content-Length: 150

${offer('192.0.2.5')}`,
  }),
  defineTorture({
    name: 'regbadct',
    statement: '4475-3.1.2.13-1',
    title: 'REGISTER with a header part in a Contact without brackets',
    original: { domain: 'example.com', transport: 'UDP', sentBy: '135.180.130.133:5060', branch: 'z9hG4bKkdjuw' },
    expects: refusedOrRead(400),
    text: `REGISTER sip:[domain] SIP/2.0
To: sip:user@[domain]
From: sip:user@[domain];tag=998332
Max-Forwards: 70
Call-ID: regbadct[unique].k345asrl3fdbv@10.0.0.1
CSeq: 1 REGISTER
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Contact: sip:user@example.com?Route=%3Csip:sip.example.com%3E
l: 0

`,
  }),
  defineTorture({
    name: 'badaspec',
    statement: '4475-3.1.2.14-1',
    title: 'OPTIONS with spaces in the URI of To',
    original: { domain: 'example.org', transport: 'UDP', sentBy: 'host4.example.com:5060', branch: 'z9hG4bKkdju43234' },
    expects: refusedOrRead(400),
    text: `OPTIONS sip:user@[domain] SIP/2.0
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Max-Forwards: 70
From: "Bell, Alexander" <sip:a.g.bell@example.com>;tag=433423
To: "Watson, Thomas" < sip:t.watson@example.org >
Call-ID: badaspec[unique].sdf0234n2nds0a099u23h3hnnw009cdkne3
Accept: application/sdp
CSeq: 3923239 OPTIONS
l: 0

`,
  }),
  defineTorture({
    name: 'baddn',
    statement: '4475-3.1.2.15-1',
    title: 'OPTIONS with commas in display names that are not quoted',
    original: { domain: 'example.org', transport: 'UDP', sentBy: 'c.example.com:5060', branch: 'z9hG4bKkdjuw' },
    expects: refusedOrRead(400),
    text: `OPTIONS sip:t.watson@[domain] SIP/2.0
Via:     SIP/2.0/[transport] [sentBy];branch=[branch]
Max-Forwards:      70
From:    Bell, Alexander <sip:a.g.bell@example.com>;tag=43
To:      Watson, Thomas <sip:t.watson@example.org>
Call-ID: baddn[unique].31415@c.example.com
Accept: application/sdp
CSeq:    3923239 OPTIONS
l: 0

`,
  }),
]
