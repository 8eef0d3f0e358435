import type { DtlsAddon } from '../../../native/dtls-addon.js'
import type { DtlsIdentity } from './dtls-identity.js'
import { fingerprintOf } from './fingerprint.js'
import { NativeDtlsEndpoint } from './native-dtls-endpoint.js'
import { srtpProfiles } from './srtp-profile.js'

/** A new certificate, with associations through the addon; a text says why there is none. */
export function nativeIdentity(addon: DtlsAddon): DtlsIdentity | string {
  const handle = addon.newIdentity(srtpProfiles.map(({ openssl }) => openssl).join(':'))
  if (typeof handle === 'string') return handle
  return {
    kind: 'native',
    fingerprint: fingerprintOf(addon.ownCertificate(handle)),
    newEndpoint: (role, user, clock) => new NativeDtlsEndpoint(addon, handle, role, user, clock),
  }
}
