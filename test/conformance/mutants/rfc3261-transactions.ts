import { readFlow, type Step } from '../flow.js'
import {
  again,
  all,
  at,
  bytes,
  change,
  changeAll,
  drop,
  ends,
  insert,
  type Mutant,
  withLine,
  without,
} from '../mutation.js'

const padded = `Subject: ${'long '.repeat(300)}`

const gzipped = (coding: string) => (text: string) =>
  text.replace(
    'Content-Length: 0\r\n\r\n',
    `Content-Type: text/plain\r\nContent-Encoding: ${coding}\r\nContent-Length: 6\r\n\r\n\x1f\x8bbody`,
  )

const later = (steps: Step[]): Step[] => steps.map((step) => ({ ...step, atMs: step.atMs + 100_000 }))

/** Sections 17 to 27, and what has no sentence of its own. */
export const rfc3261Transactions: Readonly<Record<string, Mutant>> = {
  '3261-17.1.1.2-3': { flow: 'lost', mutate: at(2, 1100) },
  '3261-17.1.1.2-5': { flow: 'lost', mutate: again(7, 60_000) },
  '3261-17.1.1.2-6': { flow: 'lost', mutate: all(at(3, 1900), at(2, 1500)) },
  '3261-17.1.1.2-8': { flow: 'lost', mutate: change(3, 'Content-Length', 'Subject: x\nContent-Length') },
  '3261-17.1.1.2-14': { flow: 'cancel', mutate: at(7, 2900) },
  '3261-17.1.1.2-19': { flow: 'lost-refusals', mutate: drop(4, 6, 8, 10, 12, 14) },
  '3261-17.1.1.2-20': { flow: 'refused', mutate: ends(7, { to: '10.0.0.7:5060' }) },
  '3261-17.1.1.2-22': { flow: 'lost-refusals', mutate: drop(4, 6, 8, 10, 12) },
  '3261-17.1.1.3-1': { flow: 'call', mutate: change(5, '-a2', '-a1') },
  '3261-17.1.1.3-2': { flow: 'refused', mutate: change(7, 'ACK sip:bob@', 'ACK sip:bobby@') },
  '3261-17.1.1.3-3': { flow: 'refused', mutate: change(7, 'tag=b7d9', 'tag=b7d8') },
  '3261-17.1.1.3-4': {
    flow: 'refused',
    mutate: change(7, 'Max-Forwards', 'Via: SIP/2.0/UDP 10.9.9.9;branch=z9hG4bK-x\nMax-Forwards'),
  },
  '3261-17.1.1.3-5': { flow: 'refused', mutate: change(7, 'CSeq: 2', 'CSeq: 3') },
  '3261-17.1.1.3-6': { flow: 'refused', mutate: without(7, 'Route') },
  '3261-17.1.2.2-3': { flow: 'lost-options', mutate: at(2, 1100) },
  '3261-17.1.2.2-6': { flow: 'lost-options', mutate: again(1, 20_000) },
  '3261-17.1.2.2-7': { flow: 'lost-options', mutate: at(6, 7000) },
  '3261-17.1.2.2-8': { flow: 'lost-options', mutate: all(again(1, 60_000), drop(7, 8)) },
  '3261-17.2.1-1': { flow: 'call', mutate: all(drop(2, 3), again(1, 1500, 2500)) },
  '3261-17.2.1-5': { flow: 'lost-acks', mutate: change(4, '180 Ringing', '100 Trying') },
  '3261-17.2.1-9': { flow: 'unacknowledged', mutate: at(4, 3100) },
  '3261-17.2.1-11': { flow: 'refused', mutate: again(6, 2500) },
  '3261-17.2.2-7': { flow: 'lost-options', mutate: withLine(8, 'Server: other') },
  '3261-17.2.2-8': {
    flow: 'lost-options',
    mutate: change(8, '200 OK', '500 Server Internal Error'),
    also: ['3261-17.2.2-7'],
  },
  '3261-18.1.1-1': { flow: 'call', mutate: withLine(1, padded) },
  '3261-18.1.1-2': {
    flow: 'call',
    mutate: all(change(6, 'SIP/2.0/UDP', 'SIP/2.0/TCP'), change(7, 'SIP/2.0/UDP', 'SIP/2.0/TCP')),
  },
  '3261-18.1.1-5': { flow: 'multicast', mutate: change(1, ';maddr=224.0.1.75;ttl=1;branch', ';branch') },
  '3261-18.1.1-6': { flow: 'lost', mutate: changeAll(/UDP 10\.0\.0\.1:5060;/, 'UDP ;'), also: ['3261-G-01'] },
  '3261-18.2.1-5': { flow: 'nat', mutate: change(2, ';received=10.0.0.1', ''), also: ['3581-4-2'] },
  '3261-18.2.1-6': {
    flow: 'nat',
    mutate: change(2, 'received=10.0.0.1', 'received=10.0.0.4'),
    also: ['3261-18.2.2-7'],
  },
  '3261-18.2.2-2': { flow: 'refer', mutate: ends(2, { to: '10.0.0.1:41001' }) },
  '3261-18.2.2-7': { flow: 'nat', mutate: ends(2, { to: '10.0.0.1:5070' }), also: ['3581-4-3'] },
  '3261-18.2.2-9': { flow: 'call', mutate: ends(7, { to: '10.0.0.1:5070' }) },
  '3261-18.3-4': { flow: 'refer', mutate: change(1, '\nContent-Length: [len]', '') },
  '3261-19.1.1-2': {
    flow: 'refused',
    mutate: change(1, 'Contact: <sip:alice@', 'Contact: <sip:@'),
    also: ['3261-G-01'],
  },
  '3261-19.1.1-7': { flow: 'refused', mutate: change(1, 'sip:alice@10.0.0.1:5060', 'sip:alice@10.0.0.1:5060;x=1;X=2') },
  '3261-19.1.1-8': {
    flow: 'secure',
    mutate: change(3, 'sips:bob@10.0.0.2:5061', 'sips:bob@10.0.0.2:5061;transport=udp'),
  },
  '3261-19.1.1-9': { flow: 'multicast', mutate: change(1, ';maddr=224.0.1.75 SIP', ' SIP') },
  '3261-19.1.2-1': { flow: 'refused', mutate: change(1, 'Contact: <sip:alice@', 'Contact: <sip:al%ice@') },
  '3261-19.1.2-4': { flow: 'refer', mutate: change(1, '%40', '@'), also: ['3261-G-01'] },
  '3261-19.1.2-5': { flow: 'refer', mutate: change(1, '+49-30-1234', '+49#1234') },
  '3261-19.1.5-3': {
    flow: 'refused',
    mutate: all(...[1, 3].map((n) => change(n, 'sip:bob@10.0.0.2 ', 'sip:bob@10.0.0.2;method=INVITE '))),
  },
  '3261-19.3-1': {
    flow: 'call',
    mutate: insert(1, 20_000, (text) =>
      text.replaceAll('call-1@', 'call-99@').replace('-a1', '-a99').replace('1 INVITE', '7 INVITE'),
    ),
  },
  '3261-20-5': { flow: 'refer', mutate: without(3, 'Contact') },
  '3261-20-6': { flow: 'subscribe', mutate: without(2, 'Expires') },
  '3261-20-7': { flow: 'call', mutate: withLine(6, 'Subject: bye') },
  '3261-20-9': { flow: 'call', mutate: withLine(7, 'Subject: bye') },
  '3261-20-11': { flow: 'call', mutate: withLine(1, 'Reply-To: sip:alice@example.com?subject=x') },
  '3261-20.5-1': { flow: 'call', mutate: change(4, 'CANCEL, BYE', 'CANCEL') },
  '3261-20.12-5': { flow: 'nat', passing: bytes(2, gzipped('gzip')), mutate: bytes(2, gzipped('compress')) },
  '3261-20.14-3': { flow: 'call', mutate: change(6, 'Content-Length: [len]', 'Content-Length: 7') },
  '3261-22-3': {
    flow: 'register',
    mutate: all(change(2, /Digest realm="example.com".*/, 'Basic realm="example.com"'), drop(3, 4, 5, 6, 7, 8)),
  },
  '3261-22.1-3': { flow: 'register', mutate: change(2, 'realm="example.com", ', '') },
  '3261-22.1-8': { flow: 'late-offer', mutate: all(again(3, 4000, 5000, 6000, 7000), again(4, 4010, 5010, 6010)) },
  '3261-22.1-9': {
    flow: 'call',
    mutate: insert(7, 3020, (text) =>
      text
        .replace('200 OK', '401 Unauthorized')
        .replace('Content-Length', 'WWW-Authenticate: Digest realm="a", nonce="b", qop="auth"\nContent-Length')
        .replace('2 BYE', '1 ACK')
        .replace('-a3', '-a2'),
    ),
  },
  '3261-22.1-10': {
    flow: 'cancel',
    mutate: all(
      change(5, '200 OK', '401 Unauthorized'),
      withLine(5, 'WWW-Authenticate: Digest realm="a", nonce="b", qop="auth"'),
    ),
    also: ['3261-16.10-4'],
  },
  '3261-22.1-13': {
    flow: 'register',
    mutate: all(
      change(4, '200 OK', '401 Unauthorized'),
      withLine(4, 'WWW-Authenticate: Digest realm="example.com", nonce="b", qop="auth"'),
      change(5, 'nc=00000002', 'nc=00000001'),
    ),
  },
  '3261-22.2-2': { flow: 'register', mutate: without(2, 'WWW-Authenticate') },
  '3261-22.2-8': { flow: 'refused', mutate: all(...[4, 5, 6, 7].map((n) => change(n, 'CSeq: 2', 'CSeq: 1'))) },
  '3261-22.3-2': { flow: 'refused', mutate: without(2, 'Proxy-Authenticate') },
  '3261-22.4-3': { flow: 'register', mutate: change(3, 'uri="sip:example.com"', 'uri=sip:example.com') },
  '3261-22.4-5': {
    flow: 'register',
    mutate: all(change(3, 'qop=auth, ', ''), change(2, 'qop="auth", ', '')),
    also: ['3261-22.4-6'],
  },
  '3261-22.4-6': { flow: 'register', mutate: all(change(2, 'qop="auth", ', ''), drop(3, 4, 5, 6, 7, 8)) },
  '3261-22.4-7': { flow: 'register', mutate: change(3, 'qop=auth, nc=00000001, cnonce="0a4f113b", ', '') },
  '3261-25.1-2': { flow: 'call', mutate: change(7, 'tag=a1c3', 'tag=a1c3;x=a/b') },
  '3261-27.1-2': {
    flow: 'refused',
    mutate: change(1, 'Supported: 100rel', 'Supported: 100rel(x)'),
    also: ['3261-8.1.1.9-2'],
  },
  '3261-G-01': { flow: 'call', mutate: withLine(1, 'Date: yesterday') },
  '3261-G-02': { flow: 'call', mutate: withLine(1, 'Max-Forwards: 70') },
  // The call shows that the capture is at the server too.
  '3261-G-03': { flow: 'call', mutate: (steps) => [...steps, ...changeAll(/a1c3/, 'l1c3')(later(readFlow('lost')))] },
  '3261-T2-01': { flow: 'refer', mutate: without(3, 'Event') },
  '3261-T2-02': { flow: 'call', mutate: withLine(7, 'Min-Expires: 60') },
}
