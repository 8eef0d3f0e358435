import { readFlow } from '../flow.js'
import { all, at, change, changeAll, drop, ends, type Mutant, withLine, without } from '../mutation.js'

/** The call of the flow without what comes after the first message that is sent in its dialog. */
const setUpOnly = drop(9, 10, 11, 12, 13, 14, 15, 16, 17, 18)
const maxBreadth = all(withLine(1, 'Max-Breadth: 60'), withLine(3, 'Max-Breadth: 60'))

/** Proxies, with both of their hops in the capture. */
export const proxies: Readonly<Record<string, Mutant>> = {
  '3261-16.3-9': {
    flow: 'routed',
    mutate: change(1, 'Max-Forwards: 70', 'Max-Forwards: 0'),
    also: ['3261-16.3-11', '3261-16.6-13'],
  },
  '3261-16.3-15': {
    flow: 'refusals',
    passing: all(
      change(3, 'Require: privacy', 'Proxy-Require: x-magic'),
      change(4, 'Unsupported: privacy', 'Unsupported: x-magic'),
    ),
    mutate: () => all(withLine(1, 'Proxy-Require: x-magic'), withLine(3, 'Proxy-Require: x-magic'))(readFlow('routed')),
    also: ['3261-8.1.1.9-5'],
  },
  '3261-16.4-6': { flow: 'routed', mutate: withLine(16, 'Route: <sip:10.0.0.9;lr;did=1a>') },
  '3261-16.5-8': {
    flow: 'forked-refused',
    mutate: all(ends(4, { to: '10.0.0.2:5060' }), change(4, '10.0.0.3', '10.0.0.2'), drop(7, 8)),
  },
  '3261-16.6-6': { flow: 'routed', mutate: all(without(3, 'Allow')) },
  '3261-16.6-9': { flow: 'routed', mutate: change(3, '100rel, timer, replaces', 'timer, 100rel, replaces') },
  '3261-16.6-10': { flow: 'routed', mutate: change(3, 'a=ptime:20\n', '') },
  '3261-16.6-12': {
    flow: 'routed',
    mutate: change(3, 'INVITE sip:bob@10.0.0.2:5060', 'INVITE sip:bob@10.0.0.2:5060?x=y'),
  },
  '3261-16.6-13': { flow: 'routed', mutate: change(16, 'Max-Forwards: 69', 'Max-Forwards: 70') },
  '3261-16.6-14': {
    flow: 'routed',
    passing: without(1, 'Max-Forwards'),
    mutate: all(without(1, 'Max-Forwards'), without(3, 'Max-Forwards')),
    also: ['3261-8.1.1.6-1'],
  },
  '3261-16.6-15': {
    flow: 'routed',
    mutate: all(
      withLine(1, 'Record-Route: <sip:10.0.0.8;lr>'),
      change(3, 'Record-Route: <sip:10.0.0.9;lr;did=1a>', 'Record-Route: <sip:10.0.0.8;lr>, <sip:10.0.0.9;lr;did=1a>'),
      changeAll(
        /^Record-Route: <sip:10.0.0.9;lr;did=1a>$/m,
        'Record-Route: <sip:10.0.0.8;lr>, <sip:10.0.0.9;lr;did=1a>',
      ),
      setUpOnly,
    ),
    also: ['3261-12.1.1-1'],
  },
  '3261-16.6-23': { flow: 'sips-proxy', mutate: changeAll(/Record-Route: <sips:/, 'Record-Route: <sip:') },
  '3261-16.6-25': {
    flow: 'tls-to-udp',
    mutate: all(without(2, 'Record-Route'), without(3, 'Record-Route'), without(4, 'Record-Route')),
  },
  '3261-16.6-53': { flow: 'forked-refused', mutate: changeAll(/k1p2/, 'k1p1') },
  '3261-16.6-54': { flow: 'routed', mutate: change(16, 'Via: SIP/2.0/UDP 10.0.0.1', 'Via: SIP/2.0/TCP 10.0.0.1') },
  '3261-16.6-59': { flow: 'proxy-cancelled', mutate: all(change(8, 'k3p1', 'k3p9'), change(9, 'k3p1', 'k3p9')) },
  '3261-16.6-61': { flow: 'udp-to-tls', mutate: change(2, '\nContent-Length: [len]', ''), also: ['3261-18.3-4'] },
  '3261-16.7-7': {
    flow: 'proxy-recursion',
    mutate: all(change(9, '486 Busy Here', '302 Moved Temporarily'), withLine(9, 'Contact: <sip:bob@10.0.0.3:5060>')),
  },
  '3261-16.7-13': {
    flow: 'routed',
    mutate: all(
      change(8, '200 OK', '500 Server Internal Error'),
      drop(9, 10, 11, 12, 13, 14, 15, 16, 17, 18),
      without(8, 'Record-Route'),
    ),
  },
  '3261-16.7-14': { flow: 'forked-declined', mutate: all(drop(5, 6, 11, 12, 13, 14), at(3, 2100)) },
  '3261-16.7-16': { flow: 'forked-refused', mutate: all(at(11, 2500), at(12, 2510)) },
  '3261-16.7-20': {
    flow: 'forked-refused',
    mutate: all(
      change(7, '404 Not Found', '503 Service Unavailable'),
      change(11, '486 Busy Here', '503 Service Unavailable'),
      change(11, 'k1b', 'k1c'),
      change(12, 'k1b', 'k1c'),
    ),
  },
  '3261-16.7-22': { flow: 'forked-refused', mutate: change(11, '486 Busy Here', '410 Gone') },
  '3261-16.7-23': {
    flow: 'forked-declined',
    mutate: all(change(9, '603 Decline', '487 Request Terminated'), at(10, 3010), at(9, 3000)),
    also: ['3261-16.7-20'],
  },
  '3261-16.7-30': { flow: 'routed', mutate: all(change(5, ';tag=b7d9', '')), also: ['3261-8.2.6.2-6'] },
  '3261-16.7-31': { flow: 'routed', mutate: change(6, 'tag=b7d9', 'tag=b7d0') },
  '3261-16.7-33': { flow: 'routed', mutate: change(18, 'tag=b7d9', 'tag=b7d0'), also: ['3261-8.2.6.2-5'] },
  '3261-16.7-34': { flow: 'forked-challenged', mutate: change(9, /Proxy-Authenticate: Digest realm="b.*\n/, '') },
  '3261-16.7-36': { flow: 'tls-to-udp', mutate: change(4, '<sips:10.0.0.9:5061', '<sip:10.0.0.9:5061') },
  '3261-16.7-37': {
    flow: 'udp-to-tls',
    mutate: change(4, 'Record-Route: <sip:10.0.0.9', 'Record-Route: <sips:10.0.0.9'),
  },
  '3261-16.7-43': { flow: 'routed', mutate: without(8, 'Allow') },
  '3261-16.7-48': {
    flow: 'forked-declined',
    mutate: all(drop(11, 12), change(11, '487 Request Terminated', '486 Busy Here'), at(11, 9000), at(12, 9010)),
  },
  '3261-16.10-2': {
    flow: 'proxy-cancelled',
    mutate: all(drop(8, 9), change(8, '487 Request Terminated', '486 Busy Here'), at(8, 9000), drop(8, 9, 10)),
  },
  '3261-16.11-18': { flow: 'routed', mutate: ends(18, { to: '10.0.0.5:5060' }) },
  '3261-22.1-1': {
    flow: 'proxy-auth',
    mutate: all(
      change(2, '407 Proxy Authentication Required', '401 Unauthorized'),
      change(2, 'Proxy-Authenticate', 'WWW-Authenticate'),
    ),
  },
  '3261-22.3-3': {
    flow: 'proxy-auth',
    mutate: withLine(6, 'Proxy-Authorization: Digest username="p", realm="z", nonce="n", uri="sip:x", response="1"'),
  },
  '3261-22.3-4': {
    flow: 'proxy-auth',
    mutate: all(
      change(9, '407 Proxy Authentication Required', '480 Temporarily Unavailable'),
      without(9, 'Proxy-Authenticate'),
    ),
  },
  '3261-22.3-11': { flow: 'proxy-auth', mutate: without(6, 'Proxy-Authorization') },
  '5393-5.3.3-1': { flow: 'routed', passing: maxBreadth, mutate: withLine(1, 'Max-Breadth: 60') },
  '5393-5.3.3-4': { flow: 'routed', passing: maxBreadth, mutate: all(maxBreadth, withLine(3, 'Max-Breadth: 60')) },
  '5393-5.3.3-5': {
    flow: 'forked-refused',
    passing: all(withLine(1, 'Max-Breadth: 60'), withLine(3, 'Max-Breadth: 30'), withLine(4, 'Max-Breadth: 30')),
    mutate: all(withLine(1, 'Max-Breadth: 60'), withLine(3, 'Max-Breadth: 40'), withLine(4, 'Max-Breadth: 30')),
  },
  '5393-5.3.3-9': {
    flow: 'routed',
    passing: maxBreadth,
    mutate: all(withLine(1, 'Max-Breadth: 60'), withLine(3, 'Max-Breadth: 59')),
  },
  '5626-5.1-1': {
    flow: 'ws-edge',
    mutate: all(...[2, 3, 4, 5, 6].map((n) => change(n, 'Path: <sip:flow7@10.0.0.9;transport=ws;lr;ob>\n', ''))),
  },
  '5626-5.1-2': { flow: 'ws-edge', mutate: changeAll(/Path: <sip:flow7@/, 'Path: <sip:') },
  '5626-5.1-5': { flow: 'ws-edge', mutate: changeAll(/transport=ws;lr;ob>\n/, 'transport=ws;lr>\n') },
  '5626-5.1-6': { flow: 'ws-edge', mutate: changeAll(/Path: <sip:10.0.0.7;lr>/, 'Path: <sip:10.0.0.7;lr;ob>') },
  '4320-3-6': { flow: 'routed', mutate: all(at(18, 45_100), at(17, 45_000)) },
  '7118-D-25': {
    flow: 'ws-edge',
    mutate: changeAll(/Path: <sip:flow7@10.0.0.9;transport=ws;lr;ob>/, 'Path: <sip:flow7@10.0.0.9;lr;ob>'),
  },
  '7118-D-26': {
    flow: 'ws-edge',
    mutate: changeAll(/Record-Route: <sip:flow7@10.0.0.9;transport=ws;lr>\n/, ''),
    also: ['3261-16.7-36'],
  },
}
