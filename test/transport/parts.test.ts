import { describe, expect, it } from 'vitest'
import { transportNames } from '../../src/model/address.js'
import { AddressTable } from '../../src/transport/address-table.js'
import { failureFromError } from '../../src/transport/failure.js'
import { isKeepAlive } from '../../src/transport/keep-alive.js'
import { transports } from '../../src/transport/registry.js'
import { stunKind, writeBindingRequest, writeBindingSuccess } from '../../src/transport/stun.js'
import { failureKinds } from '../../src/transport/transport.js'

const systemError = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code })

describe('failureFromError', () => {
  it.each([
    ['ECONNREFUSED', 'refused'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ENETUNREACH', 'unreachable'],
    ['ETIMEDOUT', 'timeout'],
    ['ECONNRESET', 'reset'],
    ['EPIPE', 'reset'],
    ['EADDRINUSE', 'address-in-use'],
    ['EADDRNOTAVAIL', 'address-not-available'],
    ['EACCES', 'permission'],
    ['ENOTFOUND', 'resolve'],
    ['EMSGSIZE', 'too-large'],
    ['EMFILE', 'descriptors'],
    ['CERT_HAS_EXPIRED', 'certificate'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'certificate'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'certificate'],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'certificate'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'handshake'],
    ['EPROTO', 'handshake'],
    ['EWHATEVER', 'other'],
  ])('makes %s a failure of kind %s', (code, kind) => {
    const failure = failureFromError(systemError(code), 'cannot connect to', { host: '::1', port: 5061 })
    expect(failure).toMatchObject({ kind, code })
    expect(failure.text).toMatch(/^cannot connect to \[::1\]:5061: .+/)
    expect(failure.text).toContain(code)
    expect(failureKinds).toContain(failure.kind)
  })
})

describe('the registry', () => {
  it('holds each transport under its own name', () => {
    expect(Object.keys(transports)).toEqual([...transportNames])
    for (const name of transportNames) expect(transports[name].name).toBe(name)
  })

  it.each([
    ['udp', 5060, 'udp'],
    ['tcp', 5060, 'tcp'],
    ['tls', 5061, 'tls'],
    ['ws', 80, 'ws'],
    ['wss', 443, 'ws'],
  ] as const)('knows port and URI parameter of %s', (name, port, uriParam) => {
    expect(transports[name]).toMatchObject({ defaultPort: port, uriParam })
  })
})

describe('AddressTable', () => {
  it('gives the same object for the same peer', () => {
    const table = new AddressTable()
    const first = table.get('127.0.0.1', 5060)
    const other = table.get('127.0.0.1', 5062)
    expect(table.get('127.0.0.1', 5060)).toBe(first)
    expect(other).toEqual({ host: '127.0.0.1', port: 5062 })
  })

  it('stays right when hostile sources fill it', () => {
    const table = new AddressTable()
    for (let i = 0; i < 20_000; i++) {
      expect(table.get(`10.0.${i >> 8}.${i & 255}`, i)).toEqual({ host: `10.0.${i >> 8}.${i & 255}`, port: i })
    }
  })
})

describe('isKeepAlive', () => {
  it.each([
    ['', true],
    ['\r\n', true],
    ['\r\n\r\n', true],
    ['\x00\x00', true],
    ['\r\nINVITE', false],
    [' ', false],
    ['OPTIONS', false],
  ])('%j: %s', (text, expected) => {
    expect(isKeepAlive(Buffer.from(text))).toBe(expected)
  })
})

describe('STUN', () => {
  const transaction = '2112a442b7e7a701bc34d686fa87dfae'
  it('writes the IPv4 and IPv6 responses of RFC 5769 2.2 and 2.3', () => {
    const request = Buffer.from(`00010000${transaction}`, 'hex')
    const v4 = writeBindingSuccess(request, { host: '192.0.2.1', port: 32853 })
    expect(v4.toString('hex')).toBe(`0101000c${transaction}002000080001a147e112a643`)
    const v6 = writeBindingSuccess(request, { host: '2001:db8:1234:5678:11:2233:4455:6677', port: 32853 })
    expect(v6.toString('hex')).toBe(`01010018${transaction}002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9`)
  })

  it('understands shortened and zoned IPv6 addresses', () => {
    const request = writeBindingRequest()
    const long = writeBindingSuccess(request, { host: 'fe80:0:0:0:0:0:1:2', port: 1 })
    expect(writeBindingSuccess(request, { host: 'fe80::1:2%eth0', port: 1 }).equals(long)).toBe(true)
  })

  it.each([
    ['a request', writeBindingRequest(), 'request'],
    ['a response', Buffer.from(`01010000${transaction}`, 'hex'), 'success'],
    ['an error', Buffer.from(`01110000${transaction}`, 'hex'), 'error'],
    ['a wrong length', Buffer.from(`00010004${transaction}`, 'hex'), 'other'],
    ['no cookie', Buffer.alloc(20), undefined],
    ['SIP', Buffer.from('OPTIONS sip:a@b SIP/2.0\r\n'), undefined],
    ['too little', Buffer.from('0001', 'hex'), undefined],
  ])('tells %s', (_what, bytes, kind) => {
    expect(stunKind(bytes)).toBe(kind)
  })
})
