import { unanswered } from './reactions.js'
import { defineTorture, offer, type TortureMessage } from './torture-message.js'

/** The responses of RFC 4475: nobody has asked for them. */
export const responses: readonly TortureMessage[] = [
  defineTorture({
    name: 'unreason',
    statement: '4475-3.1.1.12-1',
    title: 'a response with a reason in other than Latin letters',
    original: { transport: 'UDP', sentBy: '192.0.2.198', branch: 'z9hG4bK1324923' },
    expects: unanswered,
    text: `SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять - простое
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Call-ID: unreason[unique].1234ksdfak3j2erwedfsASdf
CSeq: 35 INVITE
From: sip:user@example.com;tag=11141343
To: sip:user@example.edu;tag=2229
Content-Length: 154
Content-Type: application/sdp
Contact: <sip:user@host198.example.com>

${offer('192.0.2.198')}`,
  }),
  defineTorture({
    name: 'noreason',
    statement: '4475-3.1.1.13-1',
    title: 'a response with an empty reason',
    original: { transport: 'UDP', sentBy: '192.0.2.105', branch: 'z9hG4bK2398ndaoe' },
    expects: unanswered,
    text: `SIP/2.0 100\x20
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Call-ID: noreason[unique].asndj203insdf99223ndf
CSeq: 35 INVITE
From: <sip:user@example.com>;tag=39ansfi3
To: <sip:user@example.edu>;tag=902jndnke3
Content-Length: 0
Contact: <sip:user@host105.example.com>

`,
  }),
  defineTorture({
    name: 'scalarlg',
    statement: '4475-3.1.2.5-1',
    title: 'a response with numbers beyond their range',
    original: { transport: 'TCP', sentBy: 'host129.example.com', branch: 'z9hG4bKzzxdiwo34sw' },
    expects: unanswered,
    text: `SIP/2.0 503 Service Unavailable
Via: SIP/2.0/[transport] [sentBy];branch=[branch];received=192.0.2.129
To: <sip:user@example.com>
From: <sip:other@example.net>;tag=2easdjfejw
CSeq: 9292394834772304023312 OPTIONS
Call-ID: scalarlg[unique].noase0of0234hn2qofoaf0232aewf2394r
Retry-After: 949302838503028349304023988
Warning: 1812 overture "In Progress"
Content-Length: 0

`,
  }),
  defineTorture({
    name: 'bigcode',
    statement: '4475-3.1.2.19-1',
    title: 'a response with a status of ten digits',
    original: { transport: 'UDP', sentBy: '192.0.2.105', branch: 'z9hG4bK2398ndaoe' },
    expects: unanswered,
    text: `SIP/2.0 4294967301 better not break the receiver
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Call-ID: bigcode[unique].asdof3uj203asdnf3429uasdhfas3ehjasdfas9i
CSeq: 353494 INVITE
From: <sip:user@example.com>;tag=39ansfi3
To: <sip:user@example.edu>;tag=902jndnke3
Content-Length: 0
Contact: <sip:user@host105.example.com>

`,
  }),
  defineTorture({
    name: 'bcast',
    statement: '4475-3.3.10-1',
    title: 'a response whose second Via is a broadcast address',
    original: { transport: 'UDP', sentBy: '192.0.2.198', branch: 'z9hG4bK1324923' },
    expects: unanswered,
    text: `SIP/2.0 200 OK
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23
Call-ID: bcast[unique].0384840201234ksdfak3j2erwedfsASdf
CSeq: 35 INVITE
From: sip:user@example.com;tag=11141343
To: sip:user@example.edu;tag=2229
Content-Length: 154
Content-Type: application/sdp
Contact: <sip:user@host28.example.com>

${offer('192.0.2.198')}`,
  }),
]
