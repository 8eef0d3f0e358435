import type { Clock } from '../base/clock.js'
import type { Rng } from '../base/rng.js'
import type { DtlsIdentity } from '../media/webrtc/dtls/dtls-identity.js'
import { looksLikeDtls } from '../media/webrtc/dtls/dtls-record.js'
import { localCandidate } from '../media/webrtc/ice/candidate.js'
import type { CandidatePair, IceBase } from '../media/webrtc/ice/candidate-pair.js'
import { type PathUser, WebRtcPath } from '../media/webrtc/webrtc-path.js'
import type { Address } from '../model/address.js'
import type { StreamKeys } from '../model/srtp.js'
import { answeringSetup, dtlsRole, type Setup, type WebRtcAttributes, writeCandidate } from '../sdp/webrtc.js'
import { looksLikeStun } from '../stun/stun-message.js'

/** As long as phones wait (RFC 8445 has no limit of its own). */
const timeouts = { iceTimeoutMs: 15_000, dtlsTimeoutMs: 10_000 }

export interface WebRtcLegParts {
  readonly clock: Clock
  readonly rng: Rng
  readonly identity: DtlsIdentity
  readonly local: Address
  readonly send: (bytes: Buffer, to: Address) => void
  /** The route or the keys have changed. */
  readonly onChange: () => void
}

/** ICE and DTLS of a party that speaks WebRTC, which end at the relay; RTCP goes with RTP. */
export class WebRtcLeg implements PathUser {
  readonly #base: IceBase
  readonly #path: WebRtcPath
  readonly #onChange: () => void
  #remoteUfrag = ''
  #mid = '0'
  /** Where to send. */
  route: Address | undefined
  keys: StreamKeys | undefined

  constructor({ clock, rng, identity, local, send, onChange }: WebRtcLegParts) {
    this.#onChange = onChange
    this.#base = { candidate: localCandidate('host', local), send }
    this.#path = new WebRtcPath({ clock, rng, identity, bases: [this.#base], spec: timeouts, user: this })
  }

  /** Lines of an offer to the party. */
  offerLines(): string[] {
    return this.#lines('actpass')
  }

  /** Takes the party's offer and gives the lines of our answer; or why there is none. */
  answer(offer: WebRtcAttributes): string[] | string {
    const setup = answeringSetup(offer.setup, 'active')
    if (!setup) return 'a=setup:holdconn is offered'
    // RFC 8839 4.4.1: other credentials than before restart ICE on both sides.
    const restarts = this.#remoteUfrag !== '' && this.#remoteUfrag !== offer.ice?.ufrag
    if (restarts) this.#path.restartIce()
    this.#mid = offer.mid ?? this.#mid
    return this.#connect(offer, setup, false) ?? this.#lines(setup)
  }

  /** Takes the party's answer to our offer; why it cannot be used. */
  accept(answer: WebRtcAttributes): string | undefined {
    return this.#connect(answer, 'actpass', true)
  }

  isKnown(from: Address): boolean {
    return this.#path.isKnown(from)
  }

  /** STUN and DTLS; false for anything else. */
  onControl(bytes: Buffer, from: Address): boolean {
    if (looksLikeStun(bytes)) return this.#path.onStun(bytes, from, this.#base)
    return looksLikeDtls(bytes) && this.#path.onDtls(bytes, from)
  }

  onPathRoute({ to }: CandidatePair): void {
    this.route = to
    this.#onChange()
  }

  onPathOpen(keys: StreamKeys): void {
    this.keys = keys
    this.#onChange()
  }

  /** The party tells what it thinks of it; here its media ends. */
  onPathFailed(): void {
    this.route = undefined
    this.#onChange()
  }

  close(): void {
    this.#path.close()
  }

  #connect(
    { ice, fingerprints, setup, ssrcs }: WebRtcAttributes,
    own: Setup,
    controlling: boolean,
  ): string | undefined {
    if (!ice || fingerprints.length === 0) return 'WebRTC comes without ICE or fingerprint'
    const role = dtlsRole(own, setup)
    if (!role) return `a=setup:${setup ?? ''} leaves nobody to begin the DTLS handshake`
    this.#remoteUfrag = ice.ufrag
    this.#path.connect({ ice, fingerprints, controlling, dtlsRole: role, ssrcs })
    return undefined
  }

  #lines(setup: Setup): string[] {
    const { ice, fingerprint } = this.#path.local
    return [
      ...ice.candidates.map((candidate) => writeCandidate(candidate).trimEnd()),
      'a=end-of-candidates',
      `a=ice-ufrag:${ice.ufrag}`,
      `a=ice-pwd:${ice.password}`,
      `a=fingerprint:${fingerprint.hash} ${fingerprint.value}`,
      `a=setup:${setup}`,
      `a=mid:${this.#mid}`,
      'a=rtcp-mux',
    ]
  }
}
