import { describe, expect, it } from 'vitest'
import { isPrivateAddress, TargetGuard } from '../../src/transport/guard.js'

describe('isPrivateAddress', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.255.255.254', true],
    ['10.0.0.1', true],
    ['172.15.255.255', false],
    ['172.16.0.0', true],
    ['172.31.255.255', true],
    ['172.32.0.0', false],
    ['192.168.1.1', true],
    ['192.169.0.1', false],
    ['169.254.10.10', true],
    ['100.64.0.1', false],
    ['8.8.8.8', false],
    ['0.0.0.0', false],
    ['::1', true],
    ['::2', false],
    ['fc00::1', true],
    ['fdff:ffff::1', true],
    ['fe80::1%eth0', true],
    ['febf::1', true],
    ['fec0::1', false],
    ['2001:db8::1', false],
    ['::ffff:10.0.0.1', true],
    ['::ffff:8.8.8.8', false],
    ['::ffff:0808:0808', false],
    ['localhost', false],
    ['', false],
  ])('%s: %s', (ip, expected) => {
    expect(isPrivateAddress(ip)).toBe(expected)
  })
})

describe('TargetGuard', () => {
  const allow = ['SBC.example.com', '203.0.113.9', '[2001:db8::7]', '224.0.0.5', 'group.example.com']
  it.each([
    ['a private address', 'x', '10.1.2.3', true],
    ['loopback', 'localhost', '127.0.0.1', true],
    ['a public address', '198.51.100.1', '198.51.100.1', false],
    ['a public address behind a private name', 'pbx.local', '198.51.100.1', false],
    ['a listed host', 'sbc.example.com', '198.51.100.1', true],
    ['a listed host with its final dot', 'sbc.example.com.', '198.51.100.1', true],
    ['a host under a listed one', 'a.sbc.example.com', '198.51.100.1', false],
    ['a listed address', 'other.example.com', '203.0.113.9', true],
    ['a listed IPv6 address', 'other.example.com', '2001:db8::7', true],
    ['a neighbour of a listed address', 'x', '203.0.113.90', false],
    ['a listed multicast address', '224.0.0.5', '224.0.0.5', false],
    ['multicast behind a listed host', 'group.example.com', '224.0.0.5', false],
    ['IPv6 multicast', 'x', 'ff02::1', false],
    ['broadcast', 'x', '255.255.255.255', false],
    ['unspecified', 'x', '0.0.0.0', false],
    ['unspecified IPv6', 'x', '::', false],
    ['a listed host that is not resolved', 'sbc.example.com', 'sbc.example.com', false],
  ])('judges %s', (_what, host, ip, permitted) => {
    const refusal = new TargetGuard(allow).check(host, { host: ip, port: 5060 })
    if (permitted) expect(refusal).toBeUndefined()
    else expect(refusal).toContain(ip)
  })

  it('remembers the address of a permitted host for the packets that follow', () => {
    const guard = new TargetGuard(allow)
    expect(guard.refusal('198.51.100.1')).toContain('not permitted by name')
    expect(guard.check('sbc.example.com', { host: '198.51.100.1', port: 5060 })).toBeUndefined()
    expect(guard.refusal('198.51.100.1')).toBeUndefined()
    expect(guard.refusal('198.51.100.2')).toBe(guard.refusal('198.51.100.2'))
  })
})
