import { describe, expect, it } from 'vitest'
import {
  parseAuthParams,
  parseChallenge,
  writeChallenge,
  writeCredentials,
} from '../../../src/sip/message/auth-params.js'
import { parseCseq } from '../../../src/sip/message/cseq.js'
import { headerId, headerIdAt, headerName, headerTable } from '../../../src/sip/message/header-table.js'
import { splitList } from '../../../src/sip/message/list.js'
import { parseNameAddr, writeNameAddr } from '../../../src/sip/message/name-addr.js'
import { parseParams } from '../../../src/sip/message/params.js'
import { quoteString, unfold, unquoteString } from '../../../src/sip/message/quoted.js'
import { parseVia, stampVia, writeVia } from '../../../src/sip/message/via.js'
import { fromWire, latin1ToUtf8, toWire, utf8ToLatin1 } from '../../../src/sip/message/wire.js'

describe('parseNameAddr', () => {
  it.each([
    ['"A. G. Bell" <sip:agb@bell.com> ;tag=a48s', 'A. G. Bell', 'sip:agb@bell.com', { tag: 'a48s' }],
    ['sip:+12125551212@phone2net.com;tag=887s', '', 'sip:+12125551212@phone2net.com', { tag: '887s' }],
    ['Anonymous <sip:c8oqz84zk7z@privacy.org>;TAG=hyh8', 'Anonymous', 'sip:c8oqz84zk7z@privacy.org', { tag: 'hyh8' }],
    ['<sip:a@h;lr>;x', '', 'sip:a@h;lr', { x: '' }],
    ['a<sip:h>', 'a', 'sip:h', {}],
    ['"x <y>" < sip:h >', 'x <y>', 'sip:h', {}],
    ['"open <sip:h>;tag=1', 'open', 'sip:h', { tag: '1' }],
    ['<sip:h', '', 'sip:h', {}],
    ['sip:h;x="<y;z>";tag=1', '', 'sip:h', { x: '"<y;z>"', tag: '1' }],
    ['<sip:h>;a="b;c";d=e', '', 'sip:h', { a: '"b;c"', d: 'e' }],
    ['  *  ', '', '*', {}],
    ['', '', '', {}],
  ])('reads %s', (text, display, uri, params) => {
    const address = parseNameAddr(text)
    expect([address.display, address.uri, Object.fromEntries(address.params)]).toEqual([display, uri, params])
  })

  it.each([
    [{ display: 'Alice B', uri: 'sip:a@h' }, 'Alice B <sip:a@h>'],
    [{ display: 'a, "b"', uri: 'sip:h', params: new Map([['tag', '1']]) }, '"a, \\"b\\"" <sip:h>;tag=1'],
    [{ uri: 'sip:h;lr' }, '<sip:h;lr>'],
  ])('writes %j', (address, text) => expect(writeNameAddr(address)).toBe(text))
})

describe('parseVia', () => {
  it.each([
    [
      'SIP/2.0/UDP erlang.bell-telephone.com:5060;branch=z9hG4bK87asdks7',
      { transport: 'UDP', host: 'erlang.bell-telephone.com', port: 5060, branch: 'z9hG4bK87asdks7' },
    ],
    [
      'SIP / 2.0 / UDP first.example.com: 4000;ttl=16 ;maddr=224.2.0.1 ;branch=z9hG4bKa7c6a8dlze.1',
      { host: 'first.example.com', port: 4000, branch: 'z9hG4bKa7c6a8dlze.1' },
    ],
    [
      'SIP/2.0/TLS [2001:db8::9]:5061;received=[::1];rport=7',
      { host: '2001:db8::9', port: 5061, received: '::1', rport: 7 },
    ],
    ['SIP/2.0/UDP [::1];rport', { host: '::1', port: undefined, rport: undefined }],
    ['SIP/2.0/UDP h:99999', { host: 'h', port: undefined }],
    ['nonsense', { transport: '', host: '', branch: '' }],
    ['SIP/2.0/ TCP h', { protocol: 'SIP/2.0', transport: 'TCP', host: 'h' }],
    ['sip / 3.0 /TCP h', { protocol: 'sip/3.0', transport: 'TCP', host: 'h' }],
    ['SIP/2.0', { protocol: '', transport: '' }],
    ['SIP/2.0/UDP', { transport: 'UDP', host: '' }],
  ])('reads %s', (text, wanted) => expect(parseVia(text)).toMatchObject(wanted))

  it('knows an rport that is asked for', () => expect(parseVia('SIP/2.0/UDP h;rport').params.has('rport')).toBe(true))

  it('writes what it is given', () => {
    const params = new Map([
      ['branch', 'z9hG4bK1'],
      ['rport', ''],
    ])
    expect(writeVia({ transport: 'WSS', host: '::1', port: 8443, params })).toBe(
      'SIP/2.0/WSS [::1]:8443;branch=z9hG4bK1;rport',
    )
  })

  const source = { host: '192.0.2.1', port: 9 }
  it.each([
    ['SIP/2.0/UDP 192.0.2.1:5060;branch=b', 'SIP/2.0/UDP 192.0.2.1:5060;branch=b'],
    ['SIP/2.0/UDP h;branch=b', 'SIP/2.0/UDP h;branch=b;received=192.0.2.1'],
    ['SIP/2.0/UDP 192.0.2.1;rport;branch=b', 'SIP/2.0/UDP 192.0.2.1;rport=9;branch=b;received=192.0.2.1'],
    ['SIP/2.0/UDP h;branch=b;RPort', 'SIP/2.0/UDP h;branch=b;rport=9;received=192.0.2.1'],
    ['SIP/2.0/UDP h;received=forged;branch=b', 'SIP/2.0/UDP h;branch=b;received=192.0.2.1'],
    ['SIP/2.0/UDP h;rport=1;branch=b', 'SIP/2.0/UDP h;rport=9;branch=b;received=192.0.2.1'],
    ['SIP/2.0/UDP h;xrport;branch=b', 'SIP/2.0/UDP h;xrport;branch=b;received=192.0.2.1'],
  ])('stamps %s', (value, stamped) => expect(stampVia(value, source)).toBe(stamped))
})

describe('parts of values', () => {
  it.each([
    ['a,b', ['a', 'b']],
    [' a , "b,c" ,<d,e> ', ['a', '"b,c"', '<d,e>']],
    ['a,,b,', ['a', '', 'b', '']],
    ['"open, x', ['"open, x']],
    ['<open, x', ['<open, x']],
    ['"a\\", b", c', ['"a\\", b"', 'c']],
  ])('list %s', (value, elements) => expect(splitList(value)).toEqual(elements))

  it.each([
    [';a=1;B=2;a=3', { a: '1', b: '2' }],
    ['; a = "x;y" ; c', { a: '"x;y"', c: '' }],
    [';;=x;', {}],
    [';a="open;b=c', { a: '"open;b=c' }],
    [';a=b=c', { a: 'b=c' }],
    ['none', {}],
  ])('parameters %s', (text, params) => expect(Object.fromEntries(parseParams(text))).toEqual(params))

  it.each([
    ['"a \\"b\\" \\\\"', 'a "b" \\'],
    ['plain', 'plain'],
    ['"open', 'open'],
    ['"', ''],
    ['""', ''],
  ])('quoted string %s', (text, plain) => expect(unquoteString(text)).toBe(plain))

  it('quotes what must be', () => expect(quoteString('a"b\\c')).toBe('"a\\"b\\\\c"'))
  it('unfolds with the white space around', () => expect(unfold('a  \r\n\t b\n c')).toBe('a b c'))

  it.each([
    ['314159 INVITE', 314159, 'INVITE'],
    ['0009\tINVITE', 9, 'INVITE'],
    ['4294967295 A', 4294967295, 'A'],
    ['4294967296 A', -1, 'A'],
    ['INVITE', -1, ''],
    ['1INVITE', 1, ''],
    ['', -1, ''],
  ])('CSeq %j', (text, number, method) => expect(parseCseq(text)).toEqual({ number, method }))

  it('bytes, latin1 and UTF-8', () => {
    expect([...toWire('\xe9')]).toEqual([0xe9])
    expect(fromWire(new Uint8Array([0xe9]))).toBe('\xe9')
    expect(utf8ToLatin1('é€')).toBe('\xc3\xa9\xe2\x82\xac')
    expect(latin1ToUtf8(utf8ToLatin1('é€ plain'))).toBe('é€ plain')
  })
})

describe('authentication parameters', () => {
  it.each([
    [
      'Digest realm="a \\"b\\"", nonce="n, 1", qop="auth,auth-int", stale=TRUE',
      'Digest',
      { realm: 'a "b"', nonce: 'n, 1', qop: 'auth,auth-int', stale: 'TRUE' },
    ],
    ['  NoOne  opaque-data=here', 'NoOne', { 'opaque-data': 'here' }],
    ['Digest A = "1" , a=2,', 'Digest', { a: '1' }],
  ])('reads %s', (value, scheme, params) => {
    const auth = parseChallenge(value)
    expect(auth?.scheme).toBe(scheme)
    expect(Object.fromEntries(auth?.params ?? [])).toEqual(params)
  })

  it.each(['', 'Digest', 'Digest a', 'Digest a=', 'Digest a="x', 'Digest a=b c=d', 'Digest =b', 'Digest a=b,,c=d'])(
    'refuses %j',
    (value) => expect(parseChallenge(value)).toBe(undefined),
  )

  it('reads Authentication-Info without a scheme', () => {
    expect(parseAuthParams('nextnonce="47", qop=auth')?.get('nextnonce')).toBe('47')
  })

  it('writes with the quotes that RFC 7616 wants', () => {
    const params = new Map([
      ['realm', 'r"'],
      ['algorithm', 'MD5'],
      ['qop', 'auth'],
      ['nc', '00000001'],
    ])
    expect(writeChallenge({ scheme: 'Digest', params })).toBe(
      'Digest realm="r\\"", algorithm=MD5, qop="auth", nc=00000001',
    )
    expect(writeCredentials({ scheme: 'Digest', params })).toContain('qop=auth,')
    expect(parseChallenge(writeChallenge({ scheme: 'Digest', params }))?.params).toEqual(params)
  })
})

describe('header table', () => {
  it('finds every row by long and compact name in any case', () => {
    for (const [id, row] of headerTable.entries()) {
      const compact = 'compact' in row ? [row.compact, row.compact.toUpperCase()] : []
      for (const name of [row.name, row.name.toUpperCase(), row.name.toLowerCase(), ...compact]) {
        expect(headerId(name)).toBe(id)
        expect(headerIdAt(`xx${name}:`, 2, 2 + name.length)).toBe(id)
      }
      expect(headerName(id)).toBe(row.name)
    }
  })

  it('has no compact form twice', () => {
    const compact = headerTable.flatMap((row) => ('compact' in row ? [row.compact] : []))
    expect(new Set(compact).size).toBe(compact.length)
  })

  it.each(['', 'Z', 'Vi', 'Viaa', 'Fro\x2d', 'C%6Fntact', 'x'.repeat(200)])('does not know %j', (name) => {
    expect(headerId(name)).toBe(-1)
    expect(headerIdAt(name, 0, name.length)).toBe(-1)
  })
})
