import {
  again,
  all,
  at,
  bytes,
  change,
  changeAll,
  drop,
  ends,
  frame,
  insert,
  type Mutant,
  type same,
  withBody,
  without,
} from '../mutation.js'

const instance = '+sip.instance="<urn:uuid:00000000-0000-1000-8000-000a95a0e128>"'

/** WebSocket, outbound and the transport of requests and responses. */
export const rfc7118: Readonly<Record<string, Mutant>> = {
  '6455-H-01': { flow: 'ws', mutate: change(1, 'Version: 13', 'Version: 8') },
  '6455-H-02': { flow: 'ws', mutate: change(2, 's3pPLMB', 's3pPLMA') },
  '6455-H-03': {
    flow: 'ws',
    mutate: change(2, 'Sec-WebSocket-Protocol', 'Sec-WebSocket-Extensions: permessage-deflate\nSec-WebSocket-Protocol'),
  },
  '7118-4.1-1': {
    flow: 'ws',
    mutate: all(change(1, 'Protocol: sip', 'Protocol: xmpp'), change(2, 'Protocol: sip', 'Protocol: xmpp')),
  },
  '7118-4.1-2': { flow: 'ws', mutate: change(2, '\nSec-WebSocket-Protocol: sip', '') },
  '7118-4.1-3': { flow: 'ws', mutate: bytes(11, () => 'hello') },
  '7118-4.2-2': { flow: 'ws', mutate: bytes(9, (text) => text.replace('Alice', 'Al\xefce')), also: [] },
  '7118-5-1': { flow: 'ws', mutate: again(9, 9005) },
  '7118-5-2': { flow: 'ws', mutate: bytes(9, (text) => text + text) },
  '7118-9.2-1': { flow: 'ws-sips', mutate: overWs, also: ['3261-8.1.2-3', '7118-D-34'] },
  '7118-D-05': { flow: 'ws', mutate: all(change(9, '/WSS', '/WS'), change(10, '/WSS', '/WS')) },
  '7118-D-06': { flow: 'ws', mutate: change(5, 'transport=ws;ob', 'transport=wss;ob') },
  '7118-D-07': {
    flow: 'ws',
    mutate: all(...[5, 6, 7].map((n) => change(n, 'df7jal23ls0d.invalid;branch', '10.0.0.1;branch'))),
  },
  '7118-D-09': { flow: 'ws', mutate: ends(10, { from: '10.0.0.9:5060', to: '10.0.0.1:5060', transport: 'udp' }) },
  '7118-D-12': { flow: 'ws', mutate: change(9, '[len]', '5'), also: ['3261-20.14-3'] },
  '7118-D-17': { flow: 'ws', mutate: frame(9, { masked: 'none' }) },
  '7118-D-20': { flow: 'ws', mutate: at(11, 400_000) },
  '7118-D-34': { flow: 'ws-sips', mutate: overWs, also: ['3261-8.1.2-3', '7118-9.2-1'] },
  '7118-D-43': {
    flow: 'ws',
    mutate: all(
      insert(9, 6000, (text) => text.replaceAll('BYE', 'INFO').replace('-w4', '-w7'), { from: '10.0.0.1:42000' }),
      change(10, '2 BYE', '3 BYE'),
      change(11, '2 BYE', '3 BYE'),
    ),
  },
  '7118-D-44': { flow: 'ws', mutate: change(4, 'received=10.0.0.1', 'received=10.0.0.4') },
  '7118-D-46': { flow: 'ws', mutate: change(5, ';ob', '') },
  '7118-D-47': { flow: 'ws', mutate: change(7, 'a=fingerprint:sha-256 AA:BB\n', '') },
  '7118-D-48': {
    flow: 'ws',
    mutate: withBody(7, 'v=0\no=- 77 1 IN IP4 10.0.0.9\ns=-\nt=0 0'),
    also: ['3264-6-2', '3264-6-3'],
  },
  '3581-3-2': { flow: 'nat', mutate: change(1, 'rport;', 'rport=5060;') },
  '3581-4-1': { flow: 'nat', mutate: change(2, 'rport=5060', 'rport=5099'), also: ['3261-18.2.2-7'] },
  '3581-4-2': { flow: 'nat', mutate: change(2, ';received=10.0.0.1', ''), also: ['3261-18.2.1-5'] },
  '3581-4-3': { flow: 'nat', mutate: ends(2, { to: '10.0.0.1:5070' }), also: ['3261-18.2.2-7'] },
  '3581-4-4': { flow: 'nat', mutate: ends(2, { from: '10.0.0.2:5070' }) },
  '3263-4-1': { flow: 'lost', mutate: ends(7, { to: '10.0.0.3:5060' }) },
  '3263-5-1': { flow: 'secure', mutate: ends(7, { transport: 'tcp' }) },
  '4320-3-1': {
    flow: 'lost-options',
    mutate: all(
      change(4, '100 Trying', '180 Ringing'),
      change(4, 'To: <sip:bob@example.com>', 'To: <sip:bob@example.com>;tag=y1'),
    ),
  },
  '4320-3-2': {
    flow: 'nat',
    mutate: insert(2, 1005, (text) => text.replace('200 OK', '100 Trying').replace(';tag=n2', '')),
  },
  '4320-3-5': { flow: 'nat', mutate: change(2, '200 OK', '408 Request Timeout') },
  '6026-7.3-20': { flow: 'lost-acks', passing: drop(3, 4), mutate: all(drop(3, 4), at(5, 3100)) },
  '5626-4.1-1': { flow: 'ws', mutate: change(3, instance, '+sip.instance="urn:uuid:0"') },
  '5626-4.1-5': { flow: 'ws', mutate: change(3, 'urn:uuid:00000000-0000-1000-8000-000a95a0e128', 'urn:mine:1') },
  '5626-4.2.1-4': { flow: 'ws', mutate: all(change(3, 'path, outbound', 'path')), also: ['3261-8.2.4-1'] },
  '5626-4.2.1-5': { flow: 'ws', mutate: change(3, `;${instance}`, '') },
  '5626-4.2.1-6': {
    flow: 'ws',
    mutate: change(3, 'Contact:', `Contact: <sip:x@y.invalid;transport=ws>;reg-id=1;${instance}\nContact:`),
    also: ['3261-10.3-32'],
  },
  '5626-4.2.1-8': { flow: 'ws', mutate: change(3, 'path, outbound', 'outbound') },
  '5626-4.2.3-1': {
    flow: 'outbound',
    mutate: all(
      change(6, 'transport=tcp>', `transport=tcp>;reg-id=1;${instance}`),
      change(6, 'Contact:', 'Supported: path, outbound\nContact:'),
    ),
  },
  '5626-4.2.3-2': { flow: 'register', mutate: change(7, 'Contact: *', `Contact: *;${instance}`), also: ['3261-G-01'] },
  '5626-4.4-1': { flow: 'outbound', mutate: all(at(3, 45_000), at(3, 250_000), drop(5, 6, 3, 4)) },
  '5626-4.4.1-1': { flow: 'outbound', mutate: ends(3, { transport: 'udp' }) },
  '5626-6-7': { flow: 'outbound', mutate: change(1, ';reg-id=1', '') },
  '5626-6-11': { flow: 'outbound', mutate: without(2, 'Require') },
  '5626-10-1': { flow: 'outbound', mutate: all(change(1, 'reg-id=1', 'reg-id=0')) },
  '5626-11.4-2': { flow: 'outbound', mutate: change(4, ';reg-id=1', '') },
}

function overWs(steps: Parameters<typeof same>[0]) {
  return all(ends(1, { transport: 'ws' }), ends(2, { transport: 'ws' }), changeAll(/\/WSS/, '/WS'))(steps)
}
