import { isIP } from 'node:net'
import type { Address } from '../../../model/address.js'
import type { CandidateType, IceCandidate } from '../../../model/webrtc.js'

/** RFC 8445 5.1.2.2, recommended type preferences. */
const typePreferences = { host: 126, prflx: 110, srflx: 100, relay: 0 } as const satisfies Record<CandidateType, number>
/** RFC 8445 5.1.2.2: the first address has the highest local preference. */
const highestPreference = 65_535
const rtpComponent = 1

/** RFC 8445 5.1.2.1. */
export const candidatePriority = (type: CandidateType, number = 0): number =>
  typePreferences[type] * 0x100_0000 + (highestPreference - number) * 0x100 + (256 - rtpComponent)

/** `number` counts the candidates of a type from 0: each comes of another server. */
export function localCandidate(
  type: CandidateType,
  { host, port }: Address,
  related?: Address,
  number = 0,
): IceCandidate {
  return {
    // Type and server tell the foundations apart (RFC 8445 5.1.1.3).
    foundation: String(Object.keys(typePreferences).indexOf(type) + 1 + 10 * number),
    component: rtpComponent,
    transport: 'udp',
    priority: candidatePriority(type, number),
    address: host,
    port,
    type,
    related,
  }
}

/**
 * Whether checks can be sent to it: UDP, the RTP component (RFC 8834 4.5: the other one is never used under rtcp-mux),
 * and an IP address. Names are those of mDNS, which only the far side's own network could resolve: they are passed over
 * as RFC 8839 5.1 permits, and its checks then reach us as those of a peer-reflexive candidate.
 */
export const isUsable = (candidate: IceCandidate): boolean =>
  candidate.transport === 'udp' &&
  candidate.component === rtpComponent &&
  candidate.port > 0 &&
  isIP(candidate.address) !== 0
