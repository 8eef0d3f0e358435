import { X509Certificate } from 'node:crypto'
import type { DtlsIdentity } from './dtls-identity.js'
import { fingerprintOf } from './fingerprint.js'
import { WeriftDtlsEndpoint } from './werift-dtls-endpoint.js'

type Werift = typeof import('werift')
type Cipher = InstanceType<Werift['CipherContext']>

/** The library, and certificate and key as it keeps them once they are parsed. */
export interface WeriftParts {
  readonly werift: Werift
  readonly cipherParts: Pick<Cipher, 'localCert' | 'localPrivateKey' | 'signatureHashAlgorithm'>
}

/** A new certificate, with associations over werift. */
export async function weriftIdentity(): Promise<DtlsIdentity> {
  const werift = await import('werift')
  const { CipherContext, HashAlgorithm, NamedCurveAlgorithm, SignatureAlgorithm } = werift
  const signatureHash = { hash: HashAlgorithm.sha256_4, signature: SignatureAlgorithm.ecdsa_3 }
  const { certPem, keyPem } = await CipherContext.createSelfSignedCertificateWithKey(
    signatureHash,
    NamedCurveAlgorithm.secp256r1_23,
  )
  const { localCert, localPrivateKey } = new CipherContext(1, certPem, keyPem, signatureHash)
  const cipherParts = { localCert, localPrivateKey, signatureHashAlgorithm: signatureHash }
  return {
    kind: 'werift',
    fingerprint: fingerprintOf(new X509Certificate(certPem).raw),
    newEndpoint: (role, user) => new WeriftDtlsEndpoint({ werift, cipherParts }, role, user),
  }
}
