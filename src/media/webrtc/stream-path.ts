import type { RemoteInfo } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Clock } from '../../base/clock.js'
import { Rng } from '../../base/rng.js'
import type { Address } from '../../model/address.js'
import type { StreamReport } from '../../model/record.js'
import type { StreamKeys } from '../../model/srtp.js'
import type { IceCandidate, IceServerFailure, PathFailure, ServerPolicy } from '../../model/webrtc.js'
import { looksLikeStun } from '../../stun/stun-message.js'
import type { PacketReceiver } from '../port-pairs.js'
import type { PortTally } from '../port-tally.js'
import { looksLikeRtcp, payloadTypeOf, ssrcOf } from '../rtp/rtp-header.js'
import type { RtpStream } from '../rtp-stream.js'
import type { DtlsIdentity } from './dtls/dtls-identity.js'
import { looksLikeDtls } from './dtls/dtls-record.js'
import { localCandidate } from './ice/candidate.js'
import type { CandidatePair, IceBase } from './ice/candidate-pair.js'
import { Gathering } from './servers/gathering.js'
import type { RelayChannel } from './servers/relay-channel.js'
import { type PathUser, WebRtcPath } from './webrtc-path.js'
import type { LocalWebRtc, PathEvent, RemoteWebRtc, WebRtcSpec } from './webrtc-spec.js'

export interface StreamPathHost {
  readonly clock: Clock
  readonly tally: PortTally
  useKeys(stream: RtpStream, keys: StreamKeys): void
  /** What is sent goes to `to` from now on, through `relay` where there is one. */
  useRoute(stream: RtpStream, to: Address, relay: RelayChannel | undefined): void
  countUnexpected(stream: RtpStream): void
}

/**
 * A stream over ICE and DTLS: tells apart what its one socket receives (RFC 7983 7), and tells the stream of routes and
 * keys. Media that contradicts the far side's description is not taken, as in a browser.
 */
export class StreamPath implements PacketReceiver, PathUser {
  readonly #host: StreamPathHost
  readonly #stream: RtpStream
  readonly #base: IceBase
  /** Grow while candidates are gathered. */
  readonly #bases: IceBase[]
  readonly #candidates: IceCandidate[]
  readonly #relayOnly: boolean
  readonly #gathering: Gathering | undefined
  readonly #path: WebRtcPath
  #serverFailures: readonly IceServerFailure[] = []
  #sources: ReadonlySet<number> = new Set()
  /** Source of what comes from any candidate of the far side: the one that this side sends to. */
  #route: RemoteInfo | undefined
  #isOpen = false
  #packetsBeforeKeys = 0
  #packetsOfOtherSources = 0
  #packetsOfOtherFormats = 0
  listener: ((event: PathEvent) => void) | undefined

  constructor(host: StreamPathHost, stream: RtpStream, spec: WebRtcSpec, identity: DtlsIdentity) {
    this.#host = host
    this.#stream = stream
    const { pair } = stream
    const rng = new Rng(stream.settings.ssrc, 'ice')
    this.#base = {
      candidate: localCandidate('host', { host: pair.host, port: pair.port }),
      send: (bytes, to) => pair.rtp.send(bytes, to.port, to.host, pair.onSent),
    }
    this.#relayOnly = spec.servers?.relayOnly ?? false
    this.#bases = this.#relayOnly ? [] : [this.#base]
    this.#candidates = this.#bases.map(({ candidate }) => candidate)
    this.#gathering = spec.servers && this.#newGathering(spec.servers, rng)
    const { clock } = host
    const parts = { clock, rng, identity, bases: this.#bases, candidates: this.#candidates, spec, user: this }
    this.#path = new WebRtcPath(parts)
    pair.receiver = this
  }

  #newGathering(policy: ServerPolicy, rng: Rng): Gathering {
    const { pair } = this.#stream
    return new Gathering({
      clock: this.#host.clock,
      rng,
      policy,
      local: { host: pair.host, port: pair.port },
      toServer:
        ({ host, port }) =>
        (parts, onSent = pair.onSent) =>
          pair.rtp.send(parts, port, host, onSent),
      user: this,
    })
  }

  /** Asks the STUN and TURN servers; returns why there is no candidate at all. */
  async gather(): Promise<string | undefined> {
    if (!this.#gathering) return undefined
    const { candidates, relays, failures } = await this.#gathering.run()
    this.#candidates.push(...candidates)
    this.#bases.push(...relays)
    this.#serverFailures = failures
    if (this.#candidates.length > 0) return undefined
    return failures.map(({ server, name, text }) => `${name}: ${server} ${text}`).join('; ')
  }

  get local(): LocalWebRtc {
    return this.#path.local
  }

  restartIce(): LocalWebRtc {
    return this.#path.restartIce()
  }

  connect(remote: RemoteWebRtc): void {
    this.#sources = new Set(remote.ssrcs)
    this.#path.connect(remote)
  }

  onRtpPacket(bytes: Uint8Array, from: RemoteInfo, atMs?: number, countedRow?: number): void {
    if (countedRow !== undefined) {
      this.#stream.onRtpPacket(bytes, this.#route ?? from, atMs, countedRow)
      return
    }
    if (this.#gathering?.receive(bytes as Buffer, from.address, from.port)) return
    this.#receive(bytes, from, this.#base, atMs)
  }

  #receive(bytes: Uint8Array, from: RemoteInfo, base: IceBase, atMs?: number): void {
    const first = bytes[0] ?? 0
    if (first >= 128 && first <= 191) this.#onMedia(bytes, from, atMs)
    else if (!this.#onControl(bytes as Buffer, from, base)) this.#host.tally.countMalformed('webrtc/unknown')
  }

  /** There is one socket for both (RFC 5761). */
  onRtcpPacket(bytes: Uint8Array, from: RemoteInfo, atMs?: number): void {
    this.onRtpPacket(bytes, from, atMs)
  }

  onSendFailure(): void {
    this.#stream.onSendFailure()
  }

  /** What came through a TURN server is as if it had come to the relayed address itself. */
  onRelayed(bytes: Buffer, from: RemoteInfo, base: IceBase): void {
    this.#receive(bytes, from, base)
  }

  onRelayLost(base: IceBase, text: string): void {
    this.#path.onRelayLost(base, text)
  }

  onPathRoute({ to, base }: CandidatePair): void {
    this.#host.useRoute(this.#stream, to, this.#gathering?.linkWith(base)?.channelTo(to))
    this.#route = { address: to.host, port: to.port, family: isIPv6(to.host) ? 'IPv6' : 'IPv4', size: 0 }
  }

  onPathOpen(keys: StreamKeys): void {
    this.#isOpen = true
    this.#host.useKeys(this.#stream, keys)
    this.listener?.({ kind: 'open' })
  }

  onPathFailed(failure: PathFailure, text: string): void {
    this.listener?.({ kind: 'failed', failure, text })
  }

  /** What came before the keys is lost as it would be in a browser, at the start. */
  complete(report: StreamReport): StreamReport {
    const early = this.#packetsBeforeKeys
    // Spread objects with more added to them would have hidden classes of their own, for each stream.
    const path = Object.assign(this.#path.report(), {
      serverFailures: this.#serverFailures,
      packetsBeforeKeys: early,
      packetsOfOtherSources: this.#packetsOfOtherSources,
      packetsOfOtherFormats: this.#packetsOfOtherFormats,
    })
    return Object.assign({}, report, {
      packetsExpected: report.packetsExpected + early,
      packetsLost: report.packetsLost + early,
      packetsLostAtStart: report.packetsLostAtStart + early,
      path,
    })
  }

  close(): void {
    this.listener = undefined
    this.#path.close()
    this.#gathering?.close()
  }

  #onControl(bytes: Buffer, from: RemoteInfo, base: IceBase): boolean {
    const address = { host: from.address, port: from.port }
    // Nobody was told of the host's address.
    if (this.#relayOnly && base === this.#base) return true
    if (looksLikeStun(bytes)) return this.#path.onStun(bytes, address, base)
    return looksLikeDtls(bytes) && this.#path.onDtls(bytes, address)
  }

  #onMedia(bytes: Uint8Array, from: RemoteInfo, atMs: number | undefined): void {
    const route = this.#route
    const isRoute = route !== undefined && from.port === route.port && from.address === route.address
    if (!isRoute && !this.#path.isKnown({ host: from.address, port: from.port })) {
      this.#host.countUnexpected(this.#stream)
      return
    }
    if (!looksLikeRtcp(bytes)) {
      if (!this.#isOpen) this.#packetsBeforeKeys++
      else if (!this.#isSignalled(bytes)) return
    }
    if (this.#isOpen && route) this.#stream.onRtpPacket(bytes, route, atMs)
  }

  /** RFC 9143 9.2: by source where sources are described, and by payload type. */
  #isSignalled(bytes: Uint8Array): boolean {
    if (bytes.length < 12) return true
    if (this.#stream.received.payloadTypes.encoding(payloadTypeOf(bytes)) === undefined) {
      this.#packetsOfOtherFormats++
      return false
    }
    if (this.#sources.size > 0 && !this.#sources.has(ssrcOf(bytes))) {
      this.#packetsOfOtherSources++
      return false
    }
    return true
  }
}
