import { after, type Clock, type Timer } from '../../base/clock.js'
import type { Rng } from '../../base/rng.js'
import type { Address } from '../../model/address.js'
import type { StreamKeys } from '../../model/srtp.js'
import type {
  DtlsRole,
  Fingerprint,
  IceCandidate,
  PathFailure,
  PathPacketCounts,
  PathReport,
} from '../../model/webrtc.js'
import { readStun } from '../../stun/stun-message.js'
import type { DtlsEndpoint, DtlsSession, DtlsUser } from './dtls/dtls-endpoint.js'
import type { DtlsIdentity } from './dtls/dtls-identity.js'
import { matchesFingerprint } from './dtls/fingerprint.js'
import type { CandidatePair, IceBase } from './ice/candidate-pair.js'
import { usualConsentMs } from './ice/consent.js'
import { IceAgent } from './ice/ice-agent.js'
import { newCredentials } from './ice/ice-credentials.js'
import type { IceUser } from './ice/ice-user.js'
import type { LocalWebRtc, RemoteWebRtc, WebRtcSpec } from './webrtc-spec.js'

/** DTLS that comes before the far side's description waits for it: a client would repeat it only a second later. */
const mostEarlyDatagrams = 8

export interface PathUser {
  /** Where to send from now on. */
  onPathRoute(pair: CandidatePair): void
  /** Media may flow. Comes again with other keys when the far side begins another association. */
  onPathOpen(keys: StreamKeys): void
  /** For good. */
  onPathFailed(failure: PathFailure, text: string): void
}

export interface PathParts {
  readonly clock: Clock
  readonly rng: Rng
  readonly identity: DtlsIdentity
  readonly bases: readonly IceBase[]
  /** Told to the far side; those of the bases when left out. */
  readonly candidates?: readonly IceCandidate[]
  readonly spec: WebRtcSpec
  readonly user: PathUser
}

/** ICE, then DTLS, then keys for SRTP, over sockets of somebody else (RFC 8827 6.5 in the order of RFC 5763 6.7). */
export class WebRtcPath implements IceUser, DtlsUser {
  readonly #parts: PathParts
  readonly #agent: IceAgent
  #dtls: DtlsEndpoint | undefined
  #dtlsTimer: Timer | undefined
  #dtlsRole: DtlsRole | undefined
  #fingerprints: readonly Fingerprint[] = []
  #early: Buffer[] = []
  #route: CandidatePair | undefined
  #closed = false
  #startedMs = 0
  #routedMs = 0
  #iceMs: number | undefined
  #dtlsMs: number | undefined
  #suite: string | undefined
  #nominations = 0
  #failure: PathFailure | undefined
  #failureText = ''

  constructor(parts: PathParts) {
    this.#parts = parts
    const { clock, rng, bases, spec } = parts
    const credentials = newCredentials(rng)
    this.#agent = new IceAgent({
      clock,
      rng,
      user: this,
      bases,
      credentials,
      timeoutMs: spec.iceTimeoutMs,
      consentMs: spec.consentMs,
    })
  }

  get local(): LocalWebRtc {
    const { bases, identity, candidates = bases.map(({ candidate }) => candidate) } = this.#parts
    const { ufrag, password } = this.#agent.credentials
    const ice = { ufrag, password, candidates, lite: false }
    const [first] = candidates
    const address = { host: first?.address ?? '', port: first?.port ?? 0 }
    return { ice, fingerprint: identity.fingerprint, address }
  }

  /** RFC 8445 9: new credentials for a description that restarts ICE; the association lives on. */
  restartIce(): LocalWebRtc {
    this.#agent.restart(newCredentials(this.#parts.rng))
    return this.local
  }

  /** The far side's description; one that changes nothing does nothing. */
  connect(remote: RemoteWebRtc): void {
    if (this.#closed) return
    const known = this.#agent.remote
    if (known?.ufrag !== remote.ice.ufrag || known.password !== remote.ice.password) {
      this.#startedMs = this.#parts.clock.nowMs()
      this.#agent.start(remote.ice, remote.controlling)
    }
    if (this.#dtls && sameFingerprints(this.#fingerprints, remote.fingerprints)) return
    this.#fingerprints = remote.fingerprints
    this.#dtlsRole = remote.dtlsRole
    this.#startDtls(remote.dtlsRole)
  }

  /** Whether packets from there come from the far side. */
  isKnown(address: Address): boolean {
    return this.#agent.isKnown(address)
  }

  onStun(bytes: Buffer, from: Address, base: IceBase): boolean {
    const message = readStun(bytes)
    if (message) this.#agent.receive(message, from, base)
    return message !== undefined
  }

  onDtls(bytes: Buffer, from: Address): boolean {
    if (this.#dtls && this.#route) return !this.#agent.isKnown(from) || this.#dtls.receive(bytes)
    if (this.#early.length < mostEarlyDatagrams) this.#early.push(bytes)
    return true
  }

  onRoute(pair: CandidatePair, nominated: boolean): void {
    const isFirst = this.#route === undefined
    const nowMs = this.#parts.clock.nowMs()
    this.#route = pair
    if (nominated) {
      this.#iceMs ??= nowMs - this.#startedMs
      this.#nominations++
    }
    this.#parts.user.onPathRoute(pair)
    if (!isFirst) return
    this.#routedMs = nowMs
    this.#handshake()
  }

  onFailed(failure: 'ice-timeout' | 'consent-lost'): void {
    this.#fail(
      failure,
      failure === 'ice-timeout'
        ? `ICE found no way to the far side within ${this.#parts.spec.iceTimeoutMs} ms`
        : `the far side answered no consent check for ${(this.#parts.spec.consentMs ?? usualConsentMs) / 1000} s`,
    )
  }

  /** The TURN server forgets a relay; one that nothing goes through is no loss. */
  onRelayLost(base: IceBase, text: string): void {
    if (this.#route?.base === base) this.#fail('relay-lost', text)
  }

  sendDtls(bytes: Buffer): void {
    this.#route?.base.send(bytes, this.#route.to)
  }

  onDtlsConnected({ certificate, keys }: DtlsSession): void {
    if (!matchesFingerprint(certificate, this.#fingerprints)) {
      this.#fail('fingerprint-mismatch', 'the certificate of the far side is not the one of its session description')
    } else if (!keys) this.#fail('no-srtp-profile', 'the handshake agreed on no SRTP protection profile')
    else {
      this.#stopDtlsTimer()
      this.#dtlsMs ??= this.#parts.clock.nowMs() - this.#routedMs
      this.#suite = keys.send.suite
      this.#parts.user.onPathOpen(keys)
    }
  }

  onDtlsFailed(failure: 'dtls-alert' | 'certificate-unproven', text: string): void {
    this.#fail(failure, text)
  }

  report(): Omit<PathReport, keyof PathPacketCounts> {
    return {
      iceMs: this.#iceMs,
      dtlsMs: this.#dtlsMs,
      dtlsRole: this.#dtlsRole,
      suite: this.#suite,
      localCandidate: this.#route?.base.candidate.type,
      remoteCandidate: this.#route?.remote.type,
      routeChanges: Math.max(0, this.#nominations - 1),
      failure: this.#failure,
      failureText: this.#failureText,
    }
  }

  /** Says close_notify and asks for nothing any more. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#stopDtlsTimer()
    this.#dtls?.close()
    this.#agent.close()
    this.#early = []
  }

  /** RFC 8842 5: another certificate means another association. */
  #startDtls(role: DtlsRole): void {
    this.#dtls?.close()
    const { identity, clock } = this.#parts
    this.#dtls = identity.newEndpoint(role, this, clock)
    if (this.#route) {
      this.#routedMs = this.#parts.clock.nowMs()
      this.#handshake()
    }
  }

  #handshake(): void {
    const { clock, spec } = this.#parts
    this.#stopDtlsTimer()
    this.#dtlsTimer = after(clock, spec.dtlsTimeoutMs, () => this.#onDtlsTimeout())
    this.#dtls?.start()
    const early = this.#early
    this.#early = []
    for (const bytes of early) this.#dtls?.receive(bytes)
  }

  #onDtlsTimeout(): void {
    const said = this.#dtls?.lastError ?? ''
    const text = `the DTLS handshake did not end within ${this.#parts.spec.dtlsTimeoutMs} ms`
    this.#fail('dtls-timeout', said === '' ? text : `${text}: ${said}`)
  }

  #stopDtlsTimer(): void {
    if (this.#dtlsTimer) this.#parts.clock.disarm(this.#dtlsTimer)
    this.#dtlsTimer = undefined
  }

  #fail(failure: PathFailure, text: string): void {
    if (this.#closed) return
    this.#failure = failure
    this.#failureText = text
    this.close()
    this.#parts.user.onPathFailed(failure, text)
  }
}

const sameFingerprints = (a: readonly Fingerprint[], b: readonly Fingerprint[]): boolean =>
  a.length === b.length && a.every((one, index) => one.hash === b[index]?.hash && one.value === b[index]?.value)
