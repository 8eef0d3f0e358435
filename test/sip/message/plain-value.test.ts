import { describe, expect, test } from 'vitest'
import { parseNameAddr } from '../../../src/sip/message/name-addr.js'
import { plainBranch, plainTag } from '../../../src/sip/message/plain-value.js'
import { SipMessage } from '../../../src/sip/message/sip-message.js'
import { toWire } from '../../../src/sip/message/wire.js'

const tags: readonly (readonly [value: string, tag: string | undefined])[] = [
  ['<sip:a@example.com>;tag=x1', 'x1'],
  ['Alice <sip:a@example.com>;tag=x1', 'x1'],
  ['<sip:a@example.com;transport=udp>;tag=x1', 'x1'],
  ['<sip:a@example.com>', ''],
  ['<sip:a@example.com>;tag=x1;other=2', undefined],
  ['<sip:a@example.com>;other=2;tag=x1', undefined],
  ['<sip:a@example.com> ;tag=x1', undefined],
  ['<sip:a@example.com>;TAG=x1', undefined],
  ['<sip:a@example.com>;tag="x1"', undefined],
  ['"a> ;tag=no" <sip:a@example.com>;tag=x1', undefined],
  ['sip:a@example.com;tag=x1', undefined],
]

const vias: readonly (readonly [value: string, branch: string | undefined])[] = [
  ['SIP/2.0/UDP a.example.com;branch=z9hG4bK1', 'z9hG4bK1'],
  ['SIP/2.0/UDP a.example.com:5060;branch=z9hG4bK1;rport=5060;received=192.0.2.1', 'z9hG4bK1'],
  ['SIP/2.0/UDP a.example.com;rport;branch=z9hG4bK1', undefined],
  ['SIP/2.0/UDP a.example.com;branch = z9hG4bK1', undefined],
  ['SIP/2.0/UDP a.example.com;branch=z9 ;rport', undefined],
  ['SIP/2.0/UDP a.example.com', undefined],
]

/** A response with these fields and nothing else. */
const response = (field: string): SipMessage => SipMessage.parse(toWire(`SIP/2.0 200 OK\r\n${field}\r\n\r\n`))

describe('the tag of From and To', () => {
  test.each(tags)('of %s is read directly only where nothing else can be meant', (value, tag) => {
    expect(plainTag(value)).toBe(tag)
  })

  test.each(tags)('of %s is the same as the parser finds', (value) => {
    expect(response(`To: ${value}`).toTag).toBe(parseNameAddr(value).params.get('tag') ?? '')
  })
})

describe('the branch of the top Via', () => {
  test.each(vias)('of %s is read directly only where nothing else can be meant', (value, branch) => {
    expect(plainBranch(value)).toBe(branch)
  })

  test.each(vias)('of %s is the same as the parser finds', (value) => {
    expect(response(`Via: ${value}`).topBranch).toBe(response(`Via: ${value}`).topVia.branch)
  })
})
