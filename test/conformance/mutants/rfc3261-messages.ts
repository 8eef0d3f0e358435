import { again, all, bytes, change, drop, ends, insert, type Mutant, withBody, withLine, without } from '../mutation.js'

const withGzip = (text: string): string =>
  text.replace('Content-Length: 0\r\n\r\n', 'Content-Length: 6\r\n\r\n\x1f\x8bbody')

/** Sections 7 to 9. */
export const rfc3261Messages: Readonly<Record<string, Mutant>> = {
  '3261-7-1': { flow: 'call', mutate: bytes(1, (text) => text.replace('\r\nFrom', '\nFrom')) },
  '3261-7-2': { flow: 'call', mutate: bytes(5, (text) => text.slice(0, -2)) },
  '3261-7.1-1': { flow: 'refusals', mutate: change(3, 'OPTIONS sip:bob@10.0.0.2 ', 'OPTIONS <sip:bob@10.0.0.2> ') },
  '3261-7.1-4': { flow: 'call', mutate: change(7, 'SIP/2.0', 'SIP/3.0') },
  '3261-7.1-5': { flow: 'call', mutate: change(7, 'SIP/2.0', 'sip/2.0') },
  '3261-7.3.1-4': {
    flow: 'register',
    mutate: change(2, 'algorithm=MD5', 'algorithm=MD5, Digest realm="b", nonce="c", qop="auth"'),
    also: ['3261-G-01'],
  },
  '3261-7.3.1-6': { flow: 'call', mutate: change(4, 'tag=a1c3', 'tag=a1c3;x=1;X=2') },
  '3261-7.4.1-1': { flow: 'call', mutate: all(withBody(6, 'hello', 'text/plain'), without(6, 'Content-Type')) },
  '3261-7.4.1-2': {
    flow: 'refusals',
    passing: bytes(5, withGzip),
    mutate: bytes(5, (text) => withGzip(text).replace('Content-Encoding: gzip\r\n', '')),
  },
  '3261-7.4.2-1': { flow: 'call', mutate: withLine(1, 'Transfer-Encoding: chunked') },
  '3261-8.1.1-1': { flow: 'refusals', mutate: without(7, 'CSeq') },
  '3261-8.1.1.2-4': {
    flow: 'register',
    mutate: change(1, 'To: <sip:alice@example.com>', 'To: <sip:alice@example.com>;tag=s1'),
  },
  '3261-8.1.1.3-2': { flow: 'refusals', mutate: all(change(7, ';tag=q64', ''), change(8, ';tag=q64', '')) },
  '3261-8.1.1.4-1': {
    flow: 'call',
    mutate: all(change(6, 'Call-ID: call-1@', 'Call-ID: other@'), change(7, 'Call-ID: call-1@', 'Call-ID: other@')),
  },
  '3261-8.1.1.4-3': {
    flow: 'call',
    mutate: all(
      insert(1, 20_000, (text) =>
        text
          .replace('tag=a1c3', 'tag=zz9')
          .replace('branch=z9hG4bK-a1', 'branch=z9hG4bK-a9')
          .replace('1 INVITE', '7 INVITE'),
      ),
    ),
  },
  '3261-8.1.1.5-1': { flow: 'refusals', mutate: change(7, '1 OPTIONS', '1 OPTIONs') },
  '3261-8.1.1.5-2': {
    flow: 'refusals',
    mutate: all(change(7, '1 OPTIONS', '2147483648 OPTIONS'), change(8, '1 OPTIONS', '2147483648 OPTIONS')),
  },
  '3261-8.1.1.6-1': { flow: 'call', mutate: without(1, 'Max-Forwards') },
  '3261-8.1.1.7-1': { flow: 'refusals', mutate: without(7, 'Via') },
  '3261-8.1.1.7-2': { flow: 'refusals', mutate: change(7, 'SIP/2.0/UDP', 'SIP/2.1/UDP') },
  '3261-8.1.1.7-3': { flow: 'refusals', mutate: all(change(7, /;branch=\S+/, ''), change(8, /;branch=\S+/, '')) },
  '3261-8.1.1.7-4': { flow: 'refusals', mutate: all(change(7, '-a64', '-a62'), change(8, '-a64', '-a62')) },
  '3261-8.1.1.7-5': {
    flow: 'refusals',
    mutate: all(change(7, 'z9hG4bK-a64', 'abc64'), change(8, 'z9hG4bK-a64', 'abc64')),
  },
  '3261-8.1.1.8-1': { flow: 'refused', mutate: change(1, 'sip:alice@10.0.0.1:5060', 'tel:+4912345') },
  '3261-8.1.1.8-3': { flow: 'secure', mutate: change(1, 'Contact: <sips:', 'Contact: <sip:') },
  '3261-8.1.1.9-2': { flow: 'call', mutate: change(1, '100rel, timer', '100rel, x-magic') },
  '3261-8.1.1.9-4': { flow: 'refusals', mutate: without(13, 'Proxy-Require') },
  '3261-8.1.1.9-5': { flow: 'refusals', mutate: all(change(3, 'privacy', 'x-magic'), change(4, 'privacy', 'x-magic')) },
  '3261-8.1.2-3': {
    flow: 'secure',
    mutate: all(
      ends(6, { transport: 'tcp' }),
      ends(7, { transport: 'tcp' }),
      change(6, '/TLS', '/TCP'),
      change(7, '/TLS', '/TCP'),
    ),
  },
  '3261-8.1.3.4-8': {
    flow: 'redirect',
    mutate: change(4, 'INVITE sip:bob@10.0.0.2:5060', 'INVITE sip:carol@10.0.0.2:5060'),
  },
  '3261-8.1.3.4-12': {
    flow: 'redirect',
    mutate: all(change(4, '-a52', '-a51'), change(5, '-a52', '-a51')),
    also: ['3261-8.1.1.7-4'],
  },
  '3261-8.2.1-3': { flow: 'refusals', mutate: without(2, 'Allow') },
  '3261-8.2.2.3-2': { flow: 'refusals', mutate: change(4, 'privacy', 'timer') },
  '3261-8.2.2.3-3': { flow: 'cancel', mutate: withLine(4, 'Require: timer') },
  '3261-8.2.2.3-5': { flow: 'call', mutate: withLine(5, 'Require: timer') },
  '3261-8.2.3-2': { flow: 'refusals', mutate: all(without(5, 'Content-Encoding'), without(6, 'Accept-Encoding')) },
  '3261-8.2.3-3': { flow: 'refusals', mutate: change(6, 'Accept-Encoding: identity', 'Accept-Language: en') },
  '3261-8.2.4-1': { flow: 'reliable', mutate: change(1, '100rel, ', '') },
  '3261-8.2.4-4': { flow: 'refusals', mutate: without(8, 'Require') },
  '3261-8.2.4-6': { flow: 'reliable', mutate: without(2, 'Require') },
  '3261-8.2.6.1-3': { flow: 'call', mutate: change(2, '54.2 0.01', '54.3 0.01') },
  '3261-8.2.6.1-5': { flow: 'call', mutate: change(2, '54.2 0.01', '54.2 100') },
  '3261-8.2.6.2-1': { flow: 'refused', mutate: change(2, 'alice@example.com', 'alicia@example.com') },
  '3261-8.2.6.2-2': { flow: 'refusals', mutate: change(8, 'single-64', 'other-64') },
  '3261-8.2.6.2-3': { flow: 'refusals', mutate: change(8, 'CSeq: 1 ', 'CSeq: 2 ') },
  '3261-8.2.6.2-4': {
    flow: 'refusals',
    mutate: change(8, '10.0.0.1:5060;branch', '10.0.0.1:5060;branch=z9hG4bK-a64, SIP/2.0/UDP 10.9.9.9;branch'),
  },
  '3261-8.2.6.2-5': { flow: 'call', mutate: change(7, 'tag=b7d9', 'tag=b7d8') },
  '3261-8.2.6.2-6': { flow: 'refusals', mutate: change(8, ';tag=w64', '') },
  '3261-8.2.6.2-7': {
    flow: 'refusals',
    passing: again(8, 7100),
    mutate: insert(8, 7100, (text) => text.replace('tag=w64', 'tag=w65')),
    also: ['3261-17.2.2-7'],
  },
  '3261-8.3-2': {
    flow: 'redirect',
    mutate: all(change(2, 'sip:bob@10.0.0.2:5060', 'sip:bob@example.com'), drop(4, 5, 6, 7, 8)),
  },
  '3261-9.1-2': { flow: 'cancel', mutate: change(4, 'CANCEL sip:bob@', 'CANCEL sip:bobby@') },
  '3261-9.1-3': {
    flow: 'cancel',
    mutate: change(4, 'Max-Forwards', 'Via: SIP/2.0/UDP 10.9.9.9;branch=z9hG4bK-x\nMax-Forwards'),
    also: ['3261-8.2.6.2-4'],
  },
  '3261-9.1-5': { flow: 'cancel', mutate: without(4, 'Route') },
  '3261-9.1-8': { flow: 'cancel', mutate: all(drop(2, 3), again(1, 1500, 3500)) },
  '3261-9.1-10': { flow: 'cancel', mutate: all(ends(4, { to: '10.0.0.3:5060' }), ends(5, { from: '10.0.0.3:5060' })) },
}
