import type { LocalWebRtc, RemoteWebRtc } from '../media/webrtc/webrtc-spec.js'
import type { NegotiatedWebRtc, OwnWebRtc } from '../sdp/webrtc-media.js'

/** Who a session is in its descriptions. */
export interface SourceNames {
  readonly ssrc: number
  readonly cname: string
  /** MediaStream and track. */
  readonly msid: string
}

/** What a session's descriptions say of its stream over ICE and DTLS. */
export const ownWebRtc = (
  { ice, fingerprint }: LocalWebRtc,
  setup: OwnWebRtc['setup'],
  names: SourceNames,
): OwnWebRtc => ({
  ice,
  fingerprint,
  ...names,
  setup,
  mid: '0',
})

/** After an agreement: the section keeps its mid, and the association its roles (RFC 8842 5.3). */
export const agreedWebRtc = (own: OwnWebRtc, { dtlsRole, mid }: NegotiatedWebRtc): OwnWebRtc => ({
  ...own,
  setup: dtlsRole === 'client' ? 'active' : 'passive',
  mid: mid ?? own.mid,
})

/** RFC 8839 4.4.1: other credentials than before restart ICE. */
export const restartsIce = (before: NegotiatedWebRtc | undefined, now: NegotiatedWebRtc | undefined): boolean =>
  before !== undefined &&
  now !== undefined &&
  (before.ice.ufrag !== now.ice.ufrag || before.ice.password !== now.ice.password)

/** What the stream is told of the far side. */
export const remoteWebRtc = (negotiated: NegotiatedWebRtc): RemoteWebRtc => ({
  ice: negotiated.ice,
  fingerprints: negotiated.fingerprints,
  controlling: negotiated.controlling,
  dtlsRole: negotiated.dtlsRole,
  ssrcs: negotiated.ssrcs,
})
