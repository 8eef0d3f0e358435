import { isIP } from 'node:net'
import type { SubjectAltNameEntry } from 'selfsigned'

export interface KeyPair {
  readonly certPem: string
  readonly keyPem: string
}

export interface CertificateAuthority {
  readonly caPem: string
  /**
   * A certificate for these names and addresses, good for servers and clients. The first is its common name. One that
   * is expired was good until an hour ago.
   */
  issue(names: readonly string[], state?: 'valid' | 'expired'): Promise<KeyPair>
}

const dayMs = 86_400_000
/** Longer than any run; short enough that a key left behind in a trust store is soon worthless. */
const validDays = 30
/** Clocks of the machines in a lab differ. */
const backdatedMs = dayMs

const hourMs = 3_600_000

const common = {
  keyType: 'ec',
  curve: 'P-256',
  algorithm: 'sha256',
} as const

const validity = (state: 'valid' | 'expired' = 'valid'): { notBeforeDate: Date; notAfterDate: Date } => ({
  notBeforeDate: new Date(Date.now() - backdatedMs),
  notAfterDate: new Date(Date.now() + (state === 'valid' ? validDays * dayMs : -hourMs)),
})

/** GeneralName numbers of RFC 5280 4.2.1.6. */
const altName = (name: string): SubjectAltNameEntry =>
  isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name }

/** A throw-away authority in memory: its key never leaves this object. */
export async function createAuthority(commonName = 'siploadgen test CA'): Promise<CertificateAuthority> {
  // Takes a tenth of a second to load, which runs without a secure listener are spared.
  const { generate } = await import('selfsigned')
  const ca = await generate([{ name: 'commonName', value: commonName }], {
    ...common,
    ...validity(),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  return {
    caPem: ca.cert,
    issue: async (names, state) => {
      const leaf = await generate([{ name: 'commonName', value: names[0] ?? 'localhost' }], {
        ...common,
        ...validity(state),
        ca: { key: ca.private, cert: ca.cert },
        extensions: [
          { name: 'basicConstraints', cA: false, critical: true },
          { name: 'keyUsage', digitalSignature: true, critical: true },
          { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
          { name: 'subjectAltName', altNames: names.map(altName) },
        ],
      })
      return { certPem: leaf.cert, keyPem: leaf.private }
    },
  }
}

/** An authority and one server certificate for these names and addresses. */
export async function createServerCertificate(names: readonly string[]): Promise<KeyPair & { readonly caPem: string }> {
  const authority = await createAuthority()
  const pair = await authority.issue(names)
  return { caPem: authority.caPem, ...pair }
}
