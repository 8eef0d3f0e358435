import { describe, expect, it } from 'vitest'
import type { Defect } from '../../../src/sip/message/defect.js'
import { parseNameAddr } from '../../../src/sip/message/name-addr.js'
import { SipMessage } from '../../../src/sip/message/sip-message.js'
import { parseUri, unescapeUri } from '../../../src/sip/message/uri.js'
import { latin1ToUtf8 } from '../../../src/sip/message/wire.js'
import { tortureMessage, tortureMessages } from './corpus.js'

const codesOf = (defects: readonly Defect[]): string[] => [...new Set(defects.map((defect) => defect.code))].sort()

describe.each([
  { rfc: 4475, count: 49 },
  { rfc: 5118, count: 12 },
] as const)('torture messages of RFC $rfc', ({ rfc, count }) => {
  const rows = tortureMessages(rfc)

  it('are all there', () => expect(rows.length).toBe(count))

  it.each(rows)('$name: $note', (row) => {
    const message = SipMessage.parse(row.bytes)
    const errors = message.defects.filter((defect) => defect.severity === 'error')
    expect(errors.length === 0).toBe(row.accept)
    expect(codesOf(message.defects)).toEqual(row.defects)
    expect(message.isRequest).toBe(row.kind === 'request')
  })
})

const read = (name: string, rfc: 4475 | 5118 = 4475): SipMessage => SipMessage.parse(tortureMessage(rfc, name))

describe('what RFC 4475 and RFC 5118 say of their messages', () => {
  it('wsinv: folding, white space, compact forms and quoted pairs are read through', () => {
    const message = read('wsinv')
    expect(message.toTag).toBe('1918181833n')
    expect(message.from).toMatchObject({ display: 'J Rosenberg \\"', uri: 'sip:jdrosen@example.com' })
    expect(message.fromTag).toBe('98asjd8')
    expect(message.get('max-forwards')).toBe('0068')
    expect([message.cseq, message.cseqMethod]).toEqual([9, 'INVITE'])
    expect(message.get('Subject')).toBe('')
    expect(message.get('NewFangledHeader')).toBe('newfangled value continued newfangled value')
    expect(message.get('UnknownHeaderWithUnusualValue')).toBe(';;,,;;,;')
    expect(message.list('Via').length).toBe(3)
    expect(message.topVia).toMatchObject({
      protocol: 'SIP/2.0',
      transport: 'UDP',
      host: '192.0.2.2',
      branch: '390skdjuw',
    })
    expect(message.get('Contact')).toBe(
      '"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam = newvalue ; secondparam ; q = 0.33',
    )
    expect(message.body.length).toBe(150)
  })

  it('intmeth: every token character is of the method, and a display name may hold an escaped NUL', () => {
    const message = read('intmeth')
    expect(message.method).toBe("!interesting-Method0123456789_*+`.%indeed'~")
    expect(message.cseqMethod).toBe(message.method)
    expect(message.to.display).toBe('BEL:\x07 NUL:\x00 DEL:\x7f')
    expect(message.from.display).toBe("token1~` token2'+_ token3*%!.-")
    expect(message.fromTag).toBe("_token~1'+`*%!-.")
    expect(latin1ToUtf8(message.from.params.get("fromparam''~+*_!.-%") ?? '')).toBe('"работающий"')
    expect(parseUri(message.requestUri)?.host).toBe('example.com')
  })

  it('esc01: escapes are decoded once only', () => {
    const contact = read('esc01').get('Contact') ?? ''
    const uri = parseUri(contact.slice(1, -1))
    expect(unescapeUri(uri?.user ?? '')).toBe('caller')
    expect(unescapeUri(uri?.params.get('n%61me') ?? '')).toBe('value%41')
  })

  it('escnull: two contacts whose user parts do not end at %00', () => {
    const uris = read('escnull')
      .list('Contact')
      .map((value) => parseUri(value.slice(1, -1))?.user)
    expect(uris).toEqual(['%00', '%00%00'])
  })

  it('esc02: an escaped method or header name is another one', () => {
    const message = read('esc02')
    expect(message.method).toBe('RE%47IST%45R')
    expect(message.list('Contact')).toEqual(['<sip:alias1@host1.example.com>', '<sip:alias3@host3.example.com>'])
    expect(message.get('c%6fntact')).toBe('<sip:alias2@host2.example.com>')
  })

  it('dblreq: octets beyond Content-Length are not of the message', () => {
    const message = read('dblreq')
    expect(message.method).toBe('REGISTER')
    expect(message.body.length).toBe(0)
  })

  it('longreq: long values and 34 Vias', () => {
    const message = read('longreq')
    expect(message.list('Via').length).toBe(34)
    expect(message.callId).toMatch(/^longreq\.one(really)+longcallid$/)
  })

  it('semiuri: a semicolon in the user part begins no parameter', () => {
    const uri = parseUri(read('semiuri').requestUri)
    expect(uri).toMatchObject({ user: 'user;par=u%40example.net', host: 'example.com' })
    expect(uri?.params.size).toBe(0)
  })

  it('mpart01: a binary body is cut by Content-Length', () => {
    const message = read('mpart01')
    expect(message.body.length).toBe(553)
    expect(message.bodyText).toContain('\x00')
  })

  it('unreason and noreason: a reason may be UTF-8 or empty', () => {
    expect(latin1ToUtf8(read('unreason').reason)).toContain('простое')
    expect(read('noreason')).toMatchObject({ status: 100, reason: '' })
  })

  it('cparam01 and cparam02: brackets decide whose parameter it is', () => {
    expect(parseNameAddr(read('cparam01').get('Contact') ?? '')).toMatchObject({
      uri: 'sip:+19725552222@gw1.example.net',
    })
    expect(parseUri((read('cparam02').get('Contact') ?? '').slice(1, -1))?.params.has('unknownparam')).toBe(true)
  })

  it.each([
    ['port-ambiguous', '2001:db8::10:5070', undefined],
    ['port-unambiguous', '2001:db8::10', 5070],
  ] as const)('%s: host %s and port %s', (name, host, port) => {
    expect(parseUri(read(name, 5118).requestUri)).toMatchObject({ host, port })
  })

  it.each(['via-received-param-with-delim', 'via-received-param-no-delim'])('%s: received is the address', (name) => {
    expect(read(name, 5118).topVia.received).toBe('2001:db8::9:255')
  })

  it('ipv4-mapped-ipv6: the mapped address is the host of Via', () => {
    expect(read('ipv4-mapped-ipv6', 5118).topVia).toMatchObject({ host: '::ffff:192.0.2.10', port: 19823 })
  })

  it('test: a message of no RFC, wrong in many ways, lists them', () => {
    expect(codesOf(read('test').defects)).toEqual([
      'address',
      'header-line',
      'missing-header',
      'missing-tag',
      'start-line',
    ])
  })
})
