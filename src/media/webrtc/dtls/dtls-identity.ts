import type { Clock } from '../../../base/clock.js'
import type { DtlsRole, Fingerprint } from '../../../model/webrtc.js'
import { nativeDtls } from '../../../native/addon.js'
import type { DtlsEndpoint, DtlsUser } from './dtls-endpoint.js'
import { nativeIdentity } from './native-identity.js'

/** A certificate with its key, and the implementation that uses them. */
export interface DtlsIdentity {
  readonly kind: 'native' | 'werift'
  readonly fingerprint: Fingerprint
  newEndpoint(role: DtlsRole, user: DtlsUser, clock: Clock): DtlsEndpoint
}

const { part, reason } = nativeDtls
const own = part ? nativeIdentity(part) : reason

/** Who does DTLS in this process, and why. */
export const dtlsIo: { readonly kind: DtlsIdentity['kind']; readonly reason: string } =
  typeof own === 'string' ? { kind: 'werift', reason: own } : { kind: 'native', reason }

let identity: Promise<DtlsIdentity> | undefined

/**
 * The certificate of this process, shared by all agents, as a browser shares one among its connections unless told
 * otherwise. werift takes a third of a second to load, which runs that do without it are spared.
 */
export function dtlsIdentity(): Promise<DtlsIdentity> {
  identity ??= typeof own === 'string' ? newWeriftIdentity() : Promise.resolve(own)
  return identity
}

async function newWeriftIdentity(): Promise<DtlsIdentity> {
  const { weriftIdentity } = await import('./werift-identity.js')
  return weriftIdentity()
}
