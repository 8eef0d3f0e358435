import { describe, expect, it } from 'vitest'
import { escapeUriHeader, escapeUser, parseUri, unescapeUri, uriParam, writeUri } from '../../../src/sip/message/uri.js'
import { sameUri } from '../../../src/sip/message/uri-comparison.js'

describe('parseUri', () => {
  it.each([
    ['sip:alice@atlanta.com', { scheme: 'sip', user: 'alice', host: 'atlanta.com', port: undefined }],
    ['SIPS:alice:secret@atlanta.com:5061', { scheme: 'sips', user: 'alice', password: 'secret', port: 5061 }],
    ['sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com', { user: '', host: 'atlanta.com' }],
    ['sip:alice;day=tuesday@atlanta.com', { user: 'alice;day=tuesday', host: 'atlanta.com' }],
    ['sip:a?b@host', { user: 'a?b', host: 'host' }],
    ['sip:[2001:db8::1]', { host: '2001:db8::1', port: undefined }],
    ['sip:u@[::ffff:192.0.2.1]:0', { host: '::ffff:192.0.2.1', port: 0 }],
    ['tel:+1-201-555-0123;phone-context=example.com', { scheme: 'tel', user: '+1-201-555-0123', host: '' }],
    ['sip:1#2@host_name', { user: '1#2', host: 'host_name' }],
    ['sip:@host', { user: '', host: 'host' }],
  ])('reads %s', (text, wanted) => expect(parseUri(text)).toMatchObject(wanted))

  it('reads parameters and headers', () => {
    const uri = parseUri('sip:h;LR;transport=TCP?Subject=a%20b&route=x&Route=y&=z')
    expect([...(uri?.params ?? [])]).toEqual([
      ['lr', ''],
      ['transport', 'TCP'],
    ])
    expect([...(uri?.headers ?? [])]).toEqual([
      ['subject', 'a%20b'],
      ['route', 'x,y'],
    ])
  })

  it.each([
    '',
    'sip',
    'sip:',
    'http://h',
    'mailto:a@b',
    'sip:a@',
    'sip:a b@h',
    '<sip:h>',
    'sip:h:',
    'sip:h:x',
    'sip:h:65536',
    'sip:2001:db8::10',
    'sip:[::1',
    'sip:[::1]x',
    'sip:[h]',
    'sip:[]',
    'tel:',
    'sip:h"x',
    'sip:h\r\n',
    'sip:a@b@c',
    'sip:h/path',
  ])('refuses %j', (text) => expect(parseUri(text)).toBe(undefined))
})

describe('writeUri', () => {
  it.each([
    'sip:alice@atlanta.com',
    'sips:alice:secret@atlanta.com:5061;transport=tcp;lr?subject=a&priority=urgent',
    'sip:[2001:db8::1]:5070;lr',
    'tel:+12015550123;ext=5',
    'sip:%00%40@h',
  ])('writes %s as it was', (text) => expect(writeUri(parseUri(text) ?? {})).toBe(text))

  it('writes from parts', () => expect(writeUri({ user: 'a', host: '::1', port: 5060 })).toBe('sip:a@[::1]:5060'))
})

describe('uriParam', () => {
  it.each([
    ['sip:a;x=1@h;Transport=tcp;lr', 'transport', 'tcp'],
    ['sip:a;x=1@h;transport=tcp;lr', 'lr', ''],
    ['sip:a;x=1@h;transport=tcp', 'x', undefined],
    ['sip:h;a=b?c=;lr', 'lr', undefined],
    ['sip:h', 'lr', undefined],
  ])('%s %s is %j', (text, name, value) => expect(uriParam(text, name)).toBe(value))
})

describe('escapes', () => {
  it.each([
    ['%41%20%zz%4', 'A %zz%4'],
    ['%2541', '%41'],
  ])('%s decodes once to %s', (text, plain) => expect(unescapeUri(text)).toBe(plain))

  it('escapes what each part does not allow', () => {
    expect(escapeUser('a b@c:d%#')).toBe('a%20b%40c%3Ad%25%23')
    expect(escapeUriHeader('x@y;to-tag=1&<>')).toBe('x%40y%3Bto-tag%3D1%26%3C%3E')
  })
})

describe('comparison of RFC 3261 19.1.4', () => {
  it.each([
    ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtLanTa.CoM;Transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;security=on'],
    [
      'sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com',
      'sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com',
    ],
    [
      'sip:alice@atlanta.com?subject=project%20x&priority=urgent',
      'sip:alice@atlanta.com?priority=urgent&subject=project%20x',
    ],
    ['sip:a@[2001:DB8::1]', 'sip:a@[2001:db8:0:0:0:0:0:0001]'],
    ['sip:a@[::ffff:192.0.2.1]', 'sip:a@[::ffff:c000:201]'],
    ['tel:+1-201-555-0123', 'tel:+12015550123'],
    ['tel:123;a=1;b=2', 'tel:123;b=2;A=1'],
    ['urn:service:sos', 'urn:service:sos'],
  ])('%s equals %s', (a, b) => {
    expect(sameUri(a, b)).toBe(true)
    expect(sameUri(b, a)).toBe(true)
  })

  it.each([
    ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:6000;transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting'],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off'],
    ['sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4'],
    ['sip:a@h', 'sips:a@h'],
    ['sip:a@h', 'sip:a:b@h'],
    ['sip:a@h;maddr=1', 'sip:a@h'],
    ['sip:a%3bb@h', 'sip:a;b@h'],
    ['tel:123', 'tel:124'],
    ['tel:123', 'tel:123;ext=1'],
    ['urn:a', 'urn:b'],
    ['sip:a@[2001:db8::1]', 'sip:a@[2001:db8::2]'],
  ])('%s differs from %s', (a, b) => {
    expect(sameUri(a, b)).toBe(false)
    expect(sameUri(b, a)).toBe(false)
  })
})
