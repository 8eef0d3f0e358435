import { readFlow } from '../flow.js'
import {
  again,
  all,
  at,
  change,
  changeAll,
  drop,
  insert,
  type Mutant,
  type Mutation,
  withBody,
  withLine,
  without,
  withoutBody,
} from '../mutation.js'

const sdp =
  'v=0\no=bob 2808844564 9 IN IP4 10.0.0.2\ns=-\nc=IN IP4 10.0.0.2\nt=0 0\nm=audio 7000 RTP/AVP 0\na=rtpmap:0 PCMU/8000'

const alice = sdp
  .replace('bob 2808844564 9', 'alice 2890844526 3')
  .replaceAll('10.0.0.2', '10.0.0.1')
  .concat('\na=recvonly')

/** Another user part of one party, in From and To. */
const changeOf = (n: number, user: string): Mutation =>
  change(n, `<sip:${user}@example.com>`, `<sip:${user}x@example.com>`)

const update = (text: string): string =>
  text
    .replaceAll('BYE', 'UPDATE')
    .replace('CSeq: 2 ', 'CSeq: 3 ')
    .replace('-s3', '-s7')
    .replace('Content-Length', 'Contact: <sips:alice@10.0.0.1:5061>\nContent-Length')

/** The 2xx to Bob's INVITE moves Alice to line 7; Bob's BYE goes to this line. */
const retargeted = (line: string): Mutation =>
  all(
    change(7, 'sip:alice@10.0.0.1:5060>', 'sip:alice@10.0.0.1:5060;line=7>'),
    change(8, 'sip:alice@10.0.0.1:5060', 'sip:alice@10.0.0.1:5060;line=7'),
    change(14, 'line=3', `line=${line}`),
    drop(11, 12, 13),
  )

/** Sections 10 to 16. */
export const rfc3261Dialogs: Readonly<Record<string, Mutant>> = {
  '3261-10.2-4': { flow: 'register', mutate: all(without(1, 'To'), drop(2)), also: ['3261-8.1.1-1'] },
  '3261-10.2-6': { flow: 'register', mutate: change(1, 'sip:example.com SIP', 'sip:alice@example.com SIP') },
  '3261-10.2-7': {
    flow: 'register',
    mutate: all(
      change(1, 'To: <sip:alice@example.com>', 'To: <mailto:alice@example.com>'),
      change(2, 'To: <sip:alice@example.com>', 'To: <mailto:alice@example.com>'),
    ),
  },
  '3261-10.2-9': { flow: 'register', mutate: all(change(5, 'CSeq: 3', 'CSeq: 2'), change(6, 'CSeq: 3', 'CSeq: 2')) },
  '3261-10.2-11': {
    flow: 'register',
    mutate: all(
      insert(3, 1025, (text) =>
        text
          .replace('2 REGISTER', '3 REGISTER')
          .replace('-a22', '-a29')
          .replace('10.0.0.1:5060>', '10.0.0.1:5070>')
          .replace('nc=00000001', 'nc=00000004')
          .replace('6629fae4', '7629fae4'),
      ),
      change(6, 'CSeq: 3', 'CSeq: 4'),
      change(7, 'CSeq: 3', 'CSeq: 4'),
      change(8, 'CSeq: 4', 'CSeq: 5'),
      change(9, 'CSeq: 4', 'CSeq: 5'),
    ),
  },
  '3261-10.2.2-2': {
    flow: 'register',
    mutate: all(change(7, 'Expires: 0', 'Expires: 10'), change(8, '200 OK', '400 Bad Request')),
  },
  '3261-10.3-1': { flow: 'register', mutate: change(8, '200 OK', '603 Decline') },
  '3261-10.3-4': { flow: 'register', mutate: withLine(4, 'Record-Route: <sip:10.0.0.9;lr>') },
  '3261-10.3-17': {
    flow: 'register',
    passing: all(change(7, 'Expires: 0', 'Expires: 10'), change(8, '200 OK', '400 Bad Request')),
    mutate: change(7, 'Expires: 0', 'Expires: 10'),
    also: ['3261-10.2.2-2'],
  },
  '3261-10.3-21': { flow: 'register', mutate: change(4, 'expires=600', 'expires=6000') },
  '3261-10.3-22': { flow: 'register', mutate: change(6, 'expires=1200', 'expires=6000') },
  '3261-10.3-26': { flow: 'refusals', mutate: without(10, 'Min-Expires') },
  '3261-10.3-32': { flow: 'register', mutate: change(4, 'sip:alice@10.0.0.1:5060', 'sip:other@10.0.0.5:5060') },
  '3261-10.3-33': { flow: 'register', mutate: change(4, ';expires=600', '') },
  '3261-12.1-2': { flow: 'redirect', mutate: all(change(5, ';tag=b7d9', ''), drop(6, 7, 8)), also: ['3261-8.2.6.2-6'] },
  '3261-12.1.1-1': {
    flow: 'routed',
    mutate: all(without(7, 'Record-Route'), drop(8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18)),
  },
  '3261-12.1.1-2': { flow: 'redirect', mutate: without(5, 'Contact') },
  '3261-12.1.1-3': {
    flow: 'redirect',
    mutate: all(change(5, 'Contact: <sip:bob@10.0.0.2:5060>', 'Contact: <tel:+491234>'), drop(6, 7, 8)),
  },
  '3261-12.1.1-4': { flow: 'secure', mutate: all(change(4, 'Contact: <sips:', 'Contact: <sip:'), drop(5, 6, 7)) },
  '3261-12.1.1-7': { flow: 'routed', mutate: change(11, 'did=1a', 'did=1b'), also: ['3261-12.2.1.1-13'] },
  '3261-12.1.1-8': { flow: 'hold', mutate: withLine(14, 'Route: <sip:10.0.0.9;lr>'), also: ['3261-12.2.1.1-12'] },
  '3261-12.1.1-9': {
    flow: 'glare',
    mutate: change(10, 'BYE sip:alice@10.0.0.1', 'BYE sip:alice@10.0.0.7'),
    also: ['3261-12.2.1.1-11'],
  },
  '3261-12.1.1-13': {
    flow: 'glare',
    mutate: all(change(10, 'tag=a1c3', 'tag=a1c4'), change(11, 'tag=a1c3', 'tag=a1c4')),
    also: ['3261-12.2.1.1-2'],
  },
  '3261-12.1.1-15': {
    flow: 'glare',
    mutate: all(changeOf(10, 'alice'), changeOf(11, 'alice')),
    also: ['3261-12.2.1.1-1'],
  },
  '3261-12.1.2-4': { flow: 'routed', mutate: change(15, 'did=1a', 'did=1b'), also: ['3261-12.2.1.1-13'] },
  '3261-12.1.2-5': { flow: 'call', mutate: withLine(6, 'Route: <sip:10.0.0.9;lr>'), also: ['3261-12.2.1.1-12'] },
  '3261-12.1.2-6': {
    flow: 'call',
    mutate: change(6, 'BYE sip:bob@10.0.0.2', 'BYE sip:bob@10.0.0.7'),
    also: ['3261-12.2.1.1-11'],
  },
  '3261-12.1.2-10': {
    flow: 'call',
    mutate: all(change(6, 'tag=a1c3', 'tag=a1c4'), change(7, 'tag=a1c3', 'tag=a1c4')),
    also: ['3261-12.2.1.1-4'],
  },
  '3261-12.1.2-12': {
    flow: 'call',
    mutate: all(changeOf(6, 'alice'), changeOf(7, 'alice')),
    also: ['3261-12.2.1.1-3'],
  },
  '3261-12.2.1.1-1': { flow: 'call', mutate: all(changeOf(6, 'bob'), changeOf(7, 'bob')), also: ['3261-12.1.2-12'] },
  '3261-12.2.1.1-2': {
    flow: 'call',
    mutate: all(
      change(6, 'tag=b7d9', 'tag=b7d8'),
      change(7, 'tag=b7d9', 'tag=b7d8'),
      change(7, '200 OK', '481 Call/Transaction Does Not Exist'),
    ),
    also: ['3261-12.1.2-10'],
  },
  '3261-12.2.1.1-3': { flow: 'glare', mutate: all(changeOf(10, 'bob'), changeOf(11, 'bob')), also: ['3261-12.1.1-15'] },
  '3261-12.2.1.1-4': {
    flow: 'glare',
    mutate: all(
      change(10, 'tag=b7d9', 'tag=b7d8'),
      change(11, 'tag=b7d9', 'tag=b7d8'),
      change(11, '200 OK', '481 Call/Transaction Does Not Exist'),
    ),
    also: ['3261-12.1.1-13'],
  },
  '3261-12.2.1.1-7': { flow: 'call', mutate: all(change(6, 'CSeq: 2', 'CSeq: 1'), change(7, 'CSeq: 2', 'CSeq: 1')) },
  '3261-12.2.1.1-11': {
    flow: 'call',
    mutate: change(5, 'ACK sip:bob@10.0.0.2:5060', 'ACK sip:bob@10.0.0.2'),
    also: ['3261-12.1.2-6'],
  },
  '3261-12.2.1.1-12': { flow: 'call', mutate: withLine(5, 'Route: <sip:10.0.0.9;lr>'), also: ['3261-12.1.2-5'] },
  '3261-12.2.1.1-13': {
    flow: 'routed',
    mutate: change(15, 'BYE sip:bob@10.0.0.2:5060', 'BYE sip:bob@10.0.0.2:5061'),
    also: ['3261-12.1.2-6'],
  },
  '3261-12.2.1.1-14': { flow: 'strict', mutate: change(5, 'BYE sip:near@10.0.0.9', 'BYE sip:near@10.0.0.7') },
  '3261-12.2.1.1-15': { flow: 'strict', mutate: change(5, 'sip:far@10.0.0.8', 'sip:far@10.0.0.7') },
  '3261-12.2.1.1-16': { flow: 'strict', mutate: change(5, '<sip:bob@10.0.0.2:5060>', '<sip:bob@10.0.0.2:5062>') },
  '3261-12.2.1.1-18': {
    flow: 'secure',
    passing: all(insert(6, 9500, update)),
    mutate: insert(6, 9500, (text) => update(text).replace('Contact: <sips:', 'Contact: <sip:')),
    also: ['3261-8.1.1.8-3'],
  },
  '3261-12.2.1.2-1': { flow: 'hold', passing: retargeted('7'), mutate: retargeted('9'), also: ['3261-12.2.1.1-11'] },
  '3261-12.2.2-4': {
    flow: 'call',
    passing: all(
      change(6, 'CSeq: 2', 'CSeq: 0'),
      change(7, 'CSeq: 2', 'CSeq: 0'),
      change(7, '200 OK', '500 Server Internal Error'),
    ),
    mutate: all(change(6, 'CSeq: 2', 'CSeq: 0'), change(7, 'CSeq: 2', 'CSeq: 0')),
    also: ['3261-12.2.1.1-7'],
  },
  '3261-12.2.2-7': { flow: 'hold', mutate: change(9, 'line=2', 'line=1'), also: ['3261-12.2.1.1-11'] },
  '3261-13.2.1-9': { flow: 'late-offer', mutate: withoutBody(3), also: ['3261-13.3.1-4'] },
  '3261-13.2.1-10': { flow: 'call', mutate: withoutBody(4) },
  '3261-13.2.1-12': { flow: 'fork', mutate: change(3, 'o=bob 2808844564 1', 'o=bob 2808844564 2') },
  '3261-13.2.1-13': { flow: 'late-offer', mutate: withoutBody(4) },
  '3261-13.2.1-15': {
    flow: 'reliable',
    passing: drop(8, 9),
    mutate: all(withBody(6, sdp), drop(8, 9)),
  },
  '3261-13.2.1-17': { flow: 'refused', mutate: change(4, 'v=0', 'x=0'), also: ['3264-5-1'] },
  '3261-13.2.2-3': {
    flow: 'fork',
    mutate: change(4, 'sip:10.0.0.9', 'sip:x@10.0.0.9'),
    also: ['3261-12.1.2-4', '3261-12.2.1.1-13'],
  },
  '3261-13.2.2-4': { flow: 'fork', mutate: all(again(5, 3600, 4600, 6600), drop(6)) },
  '3261-13.2.2-5': { flow: 'lost-acks', mutate: drop(6, 8, 10, 12, 14, 16) },
  '3261-13.2.2-6': { flow: 'call', mutate: change(5, '1 ACK', '0 ACK') },
  '3261-13.2.2-7': { flow: 'late-offer', mutate: without(4, 'Proxy-Authorization') },
  '3261-13.2.2-10': { flow: 'lost-acks', mutate: drop(8, 10, 12, 14, 16) },
  '3261-13.3.1-4': { flow: 'late-offer', mutate: all(withoutBody(3), withoutBody(4)) },
  '3261-14.1-4': {
    flow: 'hold',
    mutate: insert(11, 7510, (text) => text.replace('3 INVITE', '4 INVITE').replace('-a14', '-a19')),
    also: ['3264-4-4'],
  },
  '3261-14.2-2': {
    flow: 'glare',
    mutate: all(
      change(6, '491 Request Pending', '200 OK'),
      withBody(6, alice),
      withLine(6, 'Contact: <sip:alice@10.0.0.1:5060>'),
    ),
    also: ['3261-17.1.1.3-1'],
  },
  '3261-15-2': { flow: 'call', mutate: all(change(6, ';tag=b7d9', '')) },
  '3261-15-3': { flow: 'glare', mutate: all(drop(4, 5, 6, 7, 8, 9), at(4, 2000)), also: ['3261-15-4'] },
  '3261-15-4': { flow: 'glare', mutate: all(drop(4, 5, 6, 7, 8, 9), at(4, 3005)) },
  '3261-15.1.2-4': { flow: 'call', mutate: change(7, '200 OK', '486 Busy Here') },
  '3261-16.3-11': {
    flow: 'refusals',
    passing: all(
      change(1, 'Max-Forwards: 70', 'Max-Forwards: 0'),
      change(2, '405 Method Not Allowed', '483 Too Many Hops'),
    ),
    mutate: () => change(1, 'Max-Forwards: 70', 'Max-Forwards: 0')(readFlow('routed')),
    also: ['3261-16.3-9', '3261-16.6-13'],
  },
  '3261-16.6-18': {
    flow: 'routed',
    mutate: all(
      changeAll(/Record-Route: <sip:10.0.0.9;lr;did=1a>/, 'Record-Route: <tel:9;lr>'),
      drop(9, 10, 11, 12, 13, 14, 15, 16, 17, 18),
    ),
  },
  '3261-16.6-19': {
    flow: 'routed',
    mutate: all(changeAll(/;lr;did=1a/, ''), drop(9, 10, 11, 12, 13, 14, 15, 16, 17, 18)),
  },
  '3261-16.10-4': { flow: 'cancel', mutate: change(5, '200 OK', '481 Call/Transaction Does Not Exist') },
}
