import { type DtlsIdentity, dtlsIdentity, dtlsIo } from '../../../../src/media/webrtc/dtls/dtls-identity.js'
import { weriftIdentity } from '../../../../src/media/webrtc/dtls/werift-identity.js'
import { requireAll } from '../../../peers/require-peer.js'

/** One of each implementation that this machine has: what one of them must do, all must. */
export const dtlsIdentities: readonly DtlsIdentity[] = await identitiesHere()

async function identitiesHere(): Promise<DtlsIdentity[]> {
  if (dtlsIo.kind === 'native') return [await dtlsIdentity(), await weriftIdentity()]
  if (requireAll()) throw new Error(`there is no native DTLS: ${dtlsIo.reason}`)
  process.stderr.write(`skipped for native DTLS: ${dtlsIo.reason}\n`)
  return [await weriftIdentity()]
}
