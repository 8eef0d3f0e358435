import { refused, taken, takenElsewhere } from './reactions.js'
import { defineTorture, type TortureMessage } from './torture-message.js'

/** RFC 5118: IPv6. */
export const ipv6: readonly TortureMessage[] = [
  defineTorture({
    name: 'ipv6-good',
    statement: '5118-4.1-1',
    title: 'REGISTER with IPv6 addresses',
    original: { transport: 'UDP', sentBy: '[2001:db8::9:1]', branch: 'z9hG4bKas3-111' },
    expects: takenElsewhere,
    text: `REGISTER sip:[2001:db8::10] SIP/2.0
To: sip:user@example.com
From: sip:user@example.com;tag=81x2
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Call-ID: SSG9559905523997077[unique]@hlau_4100
Max-Forwards: 70
Contact: "Caller" <sip:caller@[2001:db8::1]>
CSeq: 98176 REGISTER
Content-Length: 0

`,
  }),
  defineTorture({
    name: 'ipv6-bad',
    statement: '5118-4.2-1',
    title: 'REGISTER whose Request-URI has an IPv6 address without brackets',
    original: { transport: 'UDP', sentBy: '[2001:db8::9:1]', branch: 'z9hG4bKas3-111' },
    expects: refused(400),
    text: `REGISTER sip:2001:db8::10 SIP/2.0
To: sip:user@example.com
From: sip:user@example.com;tag=81x2
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Call-ID: SSG9559905523997077[unique]@hlau_4100
Max-Forwards: 70
Contact: "Caller" <sip:caller@[2001:db8::1]>
CSeq: 98176 REGISTER
Content-Length: 0

`,
  }),
  defineTorture({
    name: 'port-ambiguous',
    statement: '5118-4.3-1',
    title: 'REGISTER whose Request-URI has a port that is part of its address',
    original: { transport: 'UDP', sentBy: '[2001:db8::9:1]', branch: 'z9hG4bKas3-111' },
    expects: takenElsewhere,
    text: `REGISTER sip:[2001:db8::10:5070] SIP/2.0
To: sip:user@example.com
From: sip:user@example.com;tag=81x2
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Call-ID: SSG9559905523997077[unique]@hlau_4100
Contact: "Caller" <sip:caller@[2001:db8::1]>
Max-Forwards: 70
CSeq: 98176 REGISTER
Content-Length: 0

`,
  }),
  defineTorture({
    name: 'port-unambiguous',
    statement: '5118-4.4-1',
    title: 'REGISTER whose Request-URI has an IPv6 address and a port',
    original: { transport: 'UDP', sentBy: '[2001:db8::9:1]', branch: 'z9hG4bKas3-111' },
    expects: takenElsewhere,
    text: `REGISTER sip:[2001:db8::10]:5070 SIP/2.0
To: sip:user@example.com
From: sip:user@example.com;tag=81x2
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Call-ID: SSG9559905523997077[unique]@hlau_4100
Contact: "Caller" <sip:caller@[2001:db8::1]>
Max-Forwards: 70
CSeq: 98176 REGISTER
Content-Length: 0

`,
  }),
  defineTorture({
    name: 'via-received-param-with-delim',
    statement: '5118-4.5-1',
    title: 'BYE whose Via has received with brackets',
    original: { transport: 'UDP', sentBy: '[2001:db8::9:1]', branch: 'z9hG4bKas3-111' },
    expects: takenElsewhere,
    text: `BYE sip:[2001:db8::10] SIP/2.0
To: sip:user@example.com;tag=bd76ya
From: sip:user@example.com;tag=81x2
Via: SIP/2.0/[transport] [sentBy];received=[2001:db8::9:255];branch=[branch]
Call-ID: SSG9559905523997077[unique]@hlau_4100
Max-Forwards: 70
CSeq: 321 BYE
Content-Length: 0

`,
  }),
  defineTorture({
    name: 'via-received-param-no-delim',
    statement: '5118-4.5-2',
    title: 'OPTIONS whose Via has received without brackets',
    original: { transport: 'UDP', sentBy: '[2001:db8::9:1]', branch: 'z9hG4bKas3' },
    expects: takenElsewhere,
    text: `OPTIONS sip:[2001:db8::10] SIP/2.0
To: sip:user@example.com
From: sip:user@example.com;tag=81x2
Via: SIP/2.0/[transport] [sentBy];received=2001:db8::9:255;branch=[branch]
Call-ID: SSG95523997077[unique]@hlau_4100
Max-Forwards: 70
Contact: "Caller" <sip:caller@[2001:db8::9:1]>
CSeq: 921 OPTIONS
Content-Length: 0

`,
  }),
  defineTorture({
    name: 'ipv6-in-sdp',
    statement: '5118-4.6-1',
    title: 'INVITE with a session description of IPv6 addresses',
    original: { domain: '[2001:db8::10]', transport: 'UDP', sentBy: '[2001:db8::20]', branch: 'z9hG4bKas3-111' },
    expects: taken,
    text: `INVITE sip:user@[domain] SIP/2.0
To: sip:user@[2001:db8::10]
From: sip:user@example.com;tag=81x2
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Call-ID: SSG9559905523997077[unique]@hlau_4100
Contact: "Caller" <sip:caller@[2001:db8::20]>
CSeq: 8612 INVITE
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: 251

v=0
o=assistant 971731711378798081 0 IN IP6 2001:db8::20
s=Live video feed for today's meeting
c=IN IP6 2001:db8::20
t=3338481189 3370017201
m=audio 6000 RTP/AVP 2
a=rtpmap:2 G726-32/8000
m=video 6024 RTP/AVP 107
a=rtpmap:107 H263-1998/90000
`,
  }),
  defineTorture({
    name: 'mult-ip-in-header',
    statement: '5118-4.7-1',
    title: 'BYE with Vias of IPv4 and IPv6',
    original: {
      domain: 'host.example.net',
      transport: 'UDP',
      sentBy: '[2001:db8::9:1]:6050',
      branch: 'z9hG4bKas3-111',
    },
    expects: taken,
    text: `BYE sip:user@[domain] SIP/2.0
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKjhja8781hjuaij65144
Via: SIP/2.0/TCP [2001:db8::9:255];branch=z9hG4bK451jj;received=192.0.2.200
Call-ID: 997077[unique]@lau_4100
Max-Forwards: 70
CSeq: 89187 BYE
To: sip:user@example.net;tag=9817--94
From: sip:user@example.com;tag=81x2
Content-Length: 0

`,
  }),
  defineTorture({
    name: 'mult-ip-in-sdp',
    statement: '5118-4.8-1',
    title: 'INVITE with a session description of IPv4 and IPv6 addresses',
    original: { domain: '[2001:db8::10]', transport: 'UDP', sentBy: '[2001:db8::9:1]', branch: 'z9hG4bKas3-111' },
    expects: taken,
    text: `INVITE sip:user@[domain] SIP/2.0
To: sip:user@[2001:db8::10]
From: sip:user@example.com;tag=81x2
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Call-ID: SSG9559905523997077[unique]@hlau_4100
Contact: "Caller" <sip:caller@[2001:db8::9:1]>
Max-Forwards: 70
CSeq: 8912 INVITE
Content-Type: application/sdp
Content-Length: 189

v=0
o=bob 280744730 28977631 IN IP4 host.example.com
s=
t=0 0
m=audio 22334 RTP/AVP 0
c=IN IP4 192.0.2.1
m=video 6024 RTP/AVP 107
c=IN IP6 2001:db8::1
a=rtpmap:107 H263-1998/90000
`,
  }),
  defineTorture({
    name: 'ipv4-mapped-ipv6',
    statement: '5118-4.9-1',
    title: 'INVITE with IPv4 addresses mapped to IPv6',
    original: { domain: 'example.com', transport: 'UDP', sentBy: '[::ffff:192.0.2.10]:19823', branch: 'z9hG4bKbh19' },
    expects: taken,
    text: `INVITE sip:user@[domain] SIP/2.0
To: sip:user@example.com
From: sip:user@east.example.com;tag=81x2
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Via: SIP/2.0/UDP [::ffff:192.0.2.2];branch=z9hG4bKas3-111
Call-ID: SSG9559905523997077[unique]@hlau_4100
Contact: "T. desk phone" <sip:ted@[::ffff:192.0.2.2]>
CSeq: 612 INVITE
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: 245

v=0
o=assistant 971731711378798081 0 IN IP6 ::ffff:192.0.2.2
s=Call me soon, please!
c=IN IP6 ::ffff:192.0.2.2
t=3338481189 3370017201
m=audio 6000 RTP/AVP 2
a=rtpmap:2 G726-32/8000
m=video 6024 RTP/AVP 107
a=rtpmap:107 H263-1998/90000
`,
  }),
  defineTorture({
    name: 'ipv6-bug-abnf-3-colons',
    statement: '5118-4.10-1',
    title: 'OPTIONS with an address of three colons, which the grammar of RFC 3261 wanted',
    original: { transport: 'UDP', sentBy: 'lab1.east.example.com', branch: 'z9hG4bKas3-111' },
    expects: takenElsewhere,
    text: `OPTIONS sip:user@[2001:db8:::192.0.2.1] SIP/2.0
To: sip:user@[2001:db8:::192.0.2.1]
From: sip:user@example.com;tag=810x2
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Call-ID: G9559905523997077[unique]@hlau_4100
CSeq: 689 OPTIONS
Max-Forwards: 70
Content-Length: 0

`,
  }),
  defineTorture({
    name: 'ipv6-correct-abnf-2-colons',
    statement: '5118-4.10-2',
    title: 'OPTIONS with an address of two colons before its IPv4 part',
    original: { transport: 'UDP', sentBy: 'lab1.east.example.com', branch: 'z9hG4bKas3-111' },
    expects: takenElsewhere,
    text: `OPTIONS sip:user@[2001:db8::192.0.2.1] SIP/2.0
To: sip:user@[2001:db8::192.0.2.1]
From: sip:user@example.com;tag=810x2
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Call-ID: G9559905523997077[unique]@hlau_4100
CSeq: 689 OPTIONS
Max-Forwards: 70
Content-Length: 0

`,
  }),
]
