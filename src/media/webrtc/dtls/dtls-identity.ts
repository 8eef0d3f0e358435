import { X509Certificate } from 'node:crypto'
import type { Fingerprint } from '../../../model/webrtc.js'
import { fingerprintOf } from './fingerprint.js'

type Werift = typeof import('werift')
type Cipher = InstanceType<Werift['CipherContext']>

/** A certificate with its key, and the library that uses them. */
export interface DtlsIdentity {
  readonly werift: Werift
  readonly fingerprint: Fingerprint
  /** Certificate and key as werift keeps them once they are parsed. */
  readonly cipherParts: Pick<Cipher, 'localCert' | 'localPrivateKey' | 'signatureHashAlgorithm'>
}

let identity: Promise<DtlsIdentity> | undefined

/**
 * The certificate of this process: made when it is first needed and shared by all agents, as a browser shares one
 * among its connections unless told otherwise. werift takes a third of a second to load, which runs without WebRTC are
 * spared.
 */
export function dtlsIdentity(): Promise<DtlsIdentity> {
  identity ??= makeIdentity()
  return identity
}

async function makeIdentity(): Promise<DtlsIdentity> {
  const werift = await import('werift')
  const { CipherContext, HashAlgorithm, NamedCurveAlgorithm, SignatureAlgorithm } = werift
  const signatureHash = { hash: HashAlgorithm.sha256_4, signature: SignatureAlgorithm.ecdsa_3 }
  const { certPem, keyPem } = await CipherContext.createSelfSignedCertificateWithKey(
    signatureHash,
    NamedCurveAlgorithm.secp256r1_23,
  )
  const { localCert, localPrivateKey } = new CipherContext(1, certPem, keyPem, signatureHash)
  return {
    werift,
    fingerprint: fingerprintOf(new X509Certificate(certPem).raw),
    cipherParts: { localCert, localPrivateKey, signatureHashAlgorithm: signatureHash },
  }
}
