import { refused, refusedOrClosed, refusedOrProcessed, refusedOrRead, taken } from './reactions.js'
import { defineTorture, offer, type TortureMessage } from './torture-message.js'

/** RFC 4475 3.2 to 3.4: transactions, what the application refuses, RFC 2543. */
export const application: readonly TortureMessage[] = [
  defineTorture({
    name: 'badbranch',
    statement: '4475-3.2.1-1',
    title: 'OPTIONS whose branch is the magic cookie alone',
    original: { domain: 'example.com', transport: 'UDP', sentBy: '192.0.2.1' },
    expects: refusedOrProcessed(400),
    text: `OPTIONS sip:user@[domain] SIP/2.0
To: sip:user@example.com
From: sip:caller@example.org;tag=33242
Max-Forwards: 3
Via: SIP/2.0/[transport] [sentBy];branch=z9hG4bK
Accept: application/sdp
Call-ID: badbranch[unique].sadonfo23i420jv0as0derf3j3n
CSeq: 8 OPTIONS
l: 0

`,
  }),
  defineTorture({
    name: 'insuf',
    statement: '4475-3.3.1-1',
    title: 'INVITE without Call-ID, From and To',
    original: { domain: 'example.com', transport: 'UDP', sentBy: '192.0.2.95', branch: 'z9hG4bKkdj.insuf' },
    expects: refused(400),
    text: `INVITE sip:user@[domain] SIP/2.0
CSeq: 193942 INVITE
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Content-Type: application/sdp
l: 152

${offer('192.0.2.95')}`,
  }),
  defineTorture({
    name: 'unkscm',
    statement: '4475-3.3.2-1',
    title: 'OPTIONS with a URI of an unknown scheme',
    original: { transport: 'TCP', sentBy: 'host9.example.com', branch: 'z9hG4bKkdjuw39234' },
    expects: refused(416),
    text: `OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0
To: sip:user@example.com
From: sip:caller@example.net;tag=384
Max-Forwards: 3
Call-ID: unkscm[unique].nasdfasser0q239nwsdfasdkl34
CSeq: 3923423 OPTIONS
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Content-Length: 0

`,
  }),
  defineTorture({
    name: 'novelsc',
    statement: '4475-3.3.3-1',
    title: 'OPTIONS with a URI of a scheme that is registered and not of SIP',
    original: { transport: 'TCP', sentBy: 'host9.example.com', branch: 'z9hG4bKkdjuw39234' },
    expects: refused(416, 404),
    text: `OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0
To: sip:user@example.com
From: sip:caller@example.net;tag=384
Max-Forwards: 3
Call-ID: novelsc[unique].asdfasser0q239nwsdfasdkl34
CSeq: 3923423 OPTIONS
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Content-Length: 0

`,
  }),
  defineTorture({
    name: 'unksm2',
    statement: '4475-3.3.4-1',
    title: 'REGISTER whose To, From and Contact are of foreign schemes',
    original: { domain: 'example.com', transport: 'UDP', sentBy: '192.0.2.21:5060', branch: 'z9hG4bKkdjuw' },
    expects: refusedOrRead(400),
    text: `REGISTER sip:[domain] SIP/2.0
To: isbn:2983792873
From: <http://www.example.com>;tag=3234233
Call-ID: unksm2[unique].daksdj@hyphenated-host.example.com
CSeq: 234902 REGISTER
Max-Forwards: 70
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Contact: <name:John_Smith>
l: 0

`,
  }),
  defineTorture({
    name: 'regaut01',
    statement: '4475-3.3.7-1',
    title: 'REGISTER with credentials of an unknown scheme',
    original: { domain: 'example.com', transport: 'TCP', sentBy: '192.0.2.253', branch: 'z9hG4bKkdjuw' },
    expects: taken,
    text: `REGISTER sip:[domain] SIP/2.0
To: sip:j.user@[domain]
From: sip:j.user@[domain];tag=87321hj23128
Max-Forwards: 8
Call-ID: regaut01[unique].0ha0isndaksdj
CSeq: 9338 REGISTER
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Authorization: NoOneKnowsThisScheme opaque-data=here
Content-Length:0

`,
  }),
  defineTorture({
    name: 'multi01',
    statement: '4475-3.3.8-1',
    title: 'INVITE with several values of fields that may have one',
    original: { domain: 'company.com', transport: 'UDP', sentBy: '192.0.2.25', branch: 'z9hG4bKkdjuw' },
    expects: refused(400),
    text: `INVITE sip:user@[domain] SIP/2.0
Contact: <sip:caller@host25.example.net>
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Max-Forwards: 70
CSeq: 5 INVITE
Call-ID: multi01[unique].98asdh@192.0.2.1
CSeq: 59 INVITE
Call-ID: multi01[unique].98asdh@192.0.2.2
From: sip:caller@example.com;tag=3413415
To: sip:user@example.com
To: sip:other@example.net
From: sip:caller@example.net;tag=2923420123
Content-Type: application/sdp
l: 154
Contact: <sip:caller@host36.example.net>
Max-Forwards: 5

${offer('192.0.2.25')}
`,
  }),
  defineTorture({
    name: 'mcl01',
    statement: '4475-3.3.9-1',
    title: 'OPTIONS with two values of Content-Length',
    original: { domain: 'example.com', transport: 'UDP', sentBy: 'host5.example.net', branch: 'z9hG4bK293423' },
    expects: refusedOrClosed(400),
    text: `OPTIONS sip:user@[domain] SIP/2.0
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
To: sip:user@example.com
From: sip:other@example.net;tag=3923942
Call-ID: mcl01[unique].fhn2323orihawfdoa3o4r52o3irsdf
CSeq: 15932 OPTIONS
Content-Length: 13
Max-Forwards: 60
Content-Length: 5
Content-Type: text/plain

There's no way to know how many octets are supposed to be here.

`,
  }),
  defineTorture({
    name: 'zeromf',
    statement: '4475-3.3.11-1',
    title: 'OPTIONS with Max-Forwards of zero',
    original: { domain: 'example.com', transport: 'UDP', sentBy: 'host1.example.com', branch: 'z9hG4bKkdjuw2349i' },
    expects: taken,
    text: `OPTIONS sip:user@[domain] SIP/2.0
To: sip:user@example.com
From: sip:caller@example.net;tag=3ghsd41
Call-ID: zeromf[unique].jfasdlfnm2o2l43r5u0asdfas
CSeq: 39234321 OPTIONS
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Max-Forwards: 0
Content-Length: 0

`,
  }),
  defineTorture({
    name: 'cparam01',
    statement: '4475-3.3.12-1',
    title: 'REGISTER with an unknown parameter of Contact',
    original: { domain: 'example.com', transport: 'UDP', sentBy: 'saturn.example.com:5060', branch: 'z9hG4bKkdjuw' },
    expects: taken,
    text: `REGISTER sip:[domain] SIP/2.0
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Max-Forwards: 70
From: sip:watson@[domain];tag=DkfVgjkrtMwaerKKpe
To: sip:watson@[domain]
Call-ID: cparam01[unique].70710@saturn.example.com
CSeq: 2 REGISTER
Contact: sip:+19725552222@gw1.example.net;unknownparam
l: 0

`,
  }),
  defineTorture({
    name: 'cparam02',
    statement: '4475-3.3.13-1',
    title: 'REGISTER with an unknown parameter of the URI in Contact',
    original: { domain: 'example.com', transport: 'UDP', sentBy: 'saturn.example.com:5060', branch: 'z9hG4bKkdjuw' },
    expects: taken,
    text: `REGISTER sip:[domain] SIP/2.0
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Max-Forwards: 70
From: sip:watson@[domain];tag=838293
To: sip:watson@[domain]
Call-ID: cparam02[unique].70710@saturn.example.com
CSeq: 3 REGISTER
Contact: <sip:+19725552222@gw1.example.net;unknownparam>
l: 0

`,
  }),
  defineTorture({
    name: 'regescrt',
    statement: '4475-3.3.14-1',
    title: 'REGISTER with an escaped Route in the URI of Contact',
    original: { domain: 'example.com', transport: 'UDP', sentBy: 'host5.example.com', branch: 'z9hG4bKkdjuw' },
    expects: taken,
    text: `REGISTER sip:[domain] SIP/2.0
To: sip:user@[domain]
From: sip:user@[domain];tag=8
Max-Forwards: 70
Call-ID: regescrt[unique].k345asrl3fdbv@192.0.2.1
CSeq: 14398234 REGISTER
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
M: <sip:user@example.com?Route=%3Csip:sip.example.com%3E>
L:0

`,
  }),
  defineTorture({
    name: 'inv2543',
    statement: '4475-3.4.1-1',
    title: 'INVITE as RFC 2543 has it: no branch, tag, Max-Forwards and Content-Length',
    original: { domain: 'example.com', transport: 'UDP', sentBy: 'iftgw.example.com' },
    expects: taken,
    carriedBy: 'message',
    text: `INVITE sip:UserB@[domain] SIP/2.0
Via: SIP/2.0/[transport] [sentBy]
From: <sip:+13035551111@ift.client.example.net;user=phone>
Record-Route: <sip:UserB@example.com;maddr=ss1.example.com>
To: sip:+16505552222@ss1.example.net;user=phone
Call-ID: inv2543[unique].1717@ift.client.example.com
CSeq: 56 INVITE
Content-Type: application/sdp

v=0
o=mhandley 29739 7272939 IN IP4 192.0.2.5
s=-
c=IN IP4 192.0.2.5
t=0 0
m=audio 49217 RTP/AVP 0
`,
  }),
]
