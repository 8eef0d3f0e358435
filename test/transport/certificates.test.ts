import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createAuthority, createServerCertificate } from '../../src/transport/certificates.js'

describe('certificates', () => {
  it('are of one authority and name what they were asked to', async () => {
    const { caPem, certPem, keyPem } = await createServerCertificate(['gw.lab.test', '127.0.0.1', '::1'])
    const [ca, leaf] = [new X509Certificate(caPem), new X509Certificate(certPem)]
    expect(ca.ca).toBe(true)
    expect(leaf.ca).toBe(false)
    expect(leaf.checkIssued(ca)).toBe(true)
    expect(leaf.verify(ca.publicKey)).toBe(true)
    expect(leaf.checkHost('gw.lab.test')).toBe('gw.lab.test')
    expect(leaf.checkIP('127.0.0.1')).toBe('127.0.0.1')
    expect(leaf.subjectAltName).toContain('IP Address:0:0:0:0:0:0:0:1')
    expect(leaf.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1')
    expect(keyPem).toMatch(/^-----BEGIN PRIVATE KEY-----/)
    expect(new Date(leaf.validFrom).getTime()).toBeLessThan(Date.now())
    expect(new Date(leaf.validTo).getTime()).toBeGreaterThan(Date.now() + 20 * 86_400_000)
  })

  it('are made without an openssl program', async () => {
    const path = process.env.PATH
    process.env.PATH = '/nonexistent'
    const made = await createServerCertificate(['localhost'])
    process.env.PATH = path
    expect(new X509Certificate(made.certPem).subject).toBe('CN=localhost')
  })

  it('of one authority differ in key and serial number', async () => {
    const authority = await createAuthority()
    const [one, two] = await Promise.all([authority.issue(['a.test']), authority.issue(['a.test'])])
    expect(one.keyPem).not.toBe(two.keyPem)
    expect(new X509Certificate(one.certPem).serialNumber).not.toBe(new X509Certificate(two.certPem).serialNumber)
  })
})
