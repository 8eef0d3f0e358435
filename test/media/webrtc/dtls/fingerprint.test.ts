import { describe, expect, test } from 'vitest'
import { fingerprintOf, matchesFingerprint } from '../../../../src/media/webrtc/dtls/fingerprint.js'

const certificate = Buffer.from('a certificate')
const other = Buffer.from('another')

describe('a certificate', () => {
  test('has a fingerprint of pairs of capital hexadecimal digits (RFC 8122 5)', () => {
    expect(fingerprintOf(certificate, 'sha-1')).toEqual({
      hash: 'sha-1',
      value: 'BB:B2:B7:B1:4F:22:4F:F6:EA:38:68:F9:80:32:40:40:67:26:B7:7C',
    })
  })

  test.each([
    ['its own', [fingerprintOf(certificate)], true],
    ["another's", [fingerprintOf(other)], false],
    ['none', [], false],
    ['one of several under one hash', [fingerprintOf(other), fingerprintOf(certificate)], true],
    ['its own under a weaker hash only', [fingerprintOf(certificate, 'sha-1'), fingerprintOf(other, 'sha-512')], false],
    ['its own beside a hash that nobody knows', [fingerprintOf(certificate), { hash: 'md7', value: 'AA' }], true],
    ['a hash that nobody knows', [{ hash: 'md5', value: fingerprintOf(certificate).value }], false],
    ['md5, which is not to be used', [{ hash: 'md5', value: 'AA' }], false],
  ])('with %s is taken: %s', (_what, described, taken) => {
    expect(matchesFingerprint(certificate, described)).toBe(taken)
  })
})
