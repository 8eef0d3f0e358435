import type { StreamChange, StreamHandle, StreamPort } from '../media/stream-port.js'
import type { LocalWebRtc } from '../media/webrtc/webrtc-spec.js'
import type { Direction } from '../model/instruction.js'
import type { StreamReport } from '../model/record.js'
import { answerOffer } from '../sdp/answer.js'
import type { CryptoAttribute } from '../sdp/crypto.js'
import type { Negotiated } from '../sdp/negotiated.js'
import { createOffer } from '../sdp/offer.js'
import { makeCrypto } from '../sdp/own-crypto.js'
import type { OwnMedia } from '../sdp/own-media.js'
import { readAnswer } from '../sdp/read-answer.js'
import { GroupDescriptions, ownCodecs, spokenCodecs } from './group-descriptions.js'
import { type OfferedPart, type OfferWish, offeredPartOf } from './offer-wish.js'
import { agreedWebRtc, ownWebRtc, remoteWebRtc, restartsIce, type SourceNames } from './own-webrtc.js'
import type { PhoneProfile } from './profile.js'
import type { Stack } from './stack.js'

/** RFC 863: descriptions of a phone without media name the discard port. */
const DISCARD_PORT = 9

/** RFC 3551 table 4. */
const COMFORT_NOISE_TYPE = 13

export interface MediaProblem {
  readonly name: string
  readonly text: string
}

/** The media of one session: descriptions on one side, one stream of the port on the other. */
export class SessionMedia {
  localSdp = ''
  remoteSdp = ''
  negotiated: Negotiated | undefined
  /** Whom the marks in our audio name; set before the ports are opened. */
  sender: number | undefined
  readonly #stack: Stack
  readonly #profile: PhoneProfile
  readonly #group: GroupDescriptions
  readonly #port: StreamPort | undefined
  readonly #label: string
  readonly #sessionId: string
  readonly #host: string
  #own: OwnMedia
  #handle: StreamHandle | undefined
  #reports: StreamReport[] = []
  #answered = false
  /** Media that will not flow; told when the call is up. */
  #failure: MediaProblem | undefined
  readonly #onFailed: (problem: MediaProblem) => void
  /** What an offer that is refused gives way to again. */
  #before: ({ readonly sdp: string } & OfferedPart) | undefined

  constructor(
    stack: Stack,
    profile: PhoneProfile,
    localHost: string,
    label: string,
    onFailed: (problem: MediaProblem) => void,
  ) {
    this.#onFailed = onFailed
    this.#stack = stack
    this.#profile = profile
    this.#group = GroupDescriptions.of(profile)
    this.#port = profile.media === 'none' ? undefined : stack.media
    this.#label = label
    this.#host = localHost
    this.#sessionId = String(stack.rng.uint32() >>> 2)
    this.#own = this.#ownMedia(DISCARD_PORT, 'sendrecv', 1)
  }

  get direction(): Direction {
    return this.#own.direction
  }

  /** Opens the local ports; needed before a description with a real port can be written. */
  async reserve(): Promise<MediaProblem | undefined> {
    if (!this.#port || this.#handle !== undefined) return undefined
    const codec = this.#own.codecs[0]
    if (!codec) return { name: 'no-codec', text: 'the group has no codec that can be sent' }
    const names = this.#sourceNames()
    const opened = await this.#port.open({
      localHost: this.#host,
      direction: this.#label,
      codec: codec.name,
      payloadType: codec.payloadType,
      ptimeMs: this.#profile.ptimeMs,
      source: this.#profile.audio,
      ssrc: names.ssrc,
      cname: names.cname,
      webrtc: this.#profile.webrtc,
      keys: this.#profile.media === 'sdes' ? 'awaited' : undefined,
      sending: false,
      startMs: 0,
      unexpectedSource: 'take',
      sharesPort: this.#profile.sharesPorts,
      terminal: this.#profile.terminal,
      sender: this.#profile.marks ? this.sender : undefined,
      listening: this.#profile.listening,
    })
    if (opened.kind === 'open-failure') return { name: 'no-port', text: opened.text }
    this.#handle = opened.handle
    const source = this.#profile.sharesPorts ? { ssrc: opened.ssrc, cname: names.cname } : undefined
    this.#own = { ...this.#own, port: opened.local.port, source }
    if (opened.webrtc) this.#usePath(opened.webrtc, names)
    return undefined
  }

  #sourceNames(): SourceNames {
    const { rng } = this.#stack
    const id = this.#sessionId
    return { ssrc: rng.uint32(), cname: `${id}@${this.#host}`, msid: `stream-${id} audio-${id}` }
  }

  #usePath(local: LocalWebRtc, names: SourceNames): void {
    const { host: address, port } = local.address
    const webrtc = ownWebRtc(local, this.#profile.webrtc?.setup ?? 'active', names)
    this.#own = { ...this.#own, address, port, rtcpPort: port, webrtc }
    this.#port?.watchPath(this.#handle ?? 0, (event) => {
      if (event.kind === 'failed') this.#fail({ name: event.failure, text: event.text })
    })
  }

  #fail(problem: MediaProblem): void {
    this.#failure = problem
    this.#onFailed(problem)
  }

  /**
   * Writes an offer; within a session the version grows and the m= lines keep their places (RFC 3264 8). With `keys`
   * new, what we send is keyed anew once it is accepted (RFC 4568 7.1.4).
   */
  offer({ direction, codecs, keys }: OfferWish): string {
    if (this.#isSilentFirst(direction)) {
      this.localSdp = this.#group.silentOffer(this.#own)
      return this.localSdp
    }
    const previous = this.localSdp === '' ? undefined : this.localSdp
    this.#before = previous === undefined ? undefined : { sdp: previous, ...offeredPartOf(this.#own) }
    const { version } = this.#own
    this.#own = { ...this.#own, direction, version: previous ? version + 1 : version }
    if (codecs) this.#own = { ...this.#own, ...ownCodecs(codecs) }
    if (keys === 'new') this.#own = { ...this.#own, crypto: this.#makeCrypto() }
    this.localSdp = createOffer(this.#own, previous)
    return this.localSdp
  }

  get #isSilent(): boolean {
    return this.#profile.media === 'none'
  }

  #isSilentFirst(direction: Direction): boolean {
    return this.#isSilent && this.localSdp === '' && direction === 'sendrecv'
  }

  /** Our offer was refused: what was agreed before stays (RFC 3261 14.1). */
  rollBack(): void {
    if (!this.#before) return
    const { sdp, ...before } = this.#before
    this.localSdp = sdp
    this.#own = { ...this.#own, ...before }
    this.#before = undefined
  }

  /** Answers an offer; the text to send, or why it cannot be answered (488). */
  answer(offer: string): { readonly text: string } | MediaProblem {
    if (this.localSdp !== '') this.#own = { ...this.#own, direction: 'sendrecv' }
    let result = answerOffer(offer, this.#own)
    // RFC 3264 8: the version grows with what changes, and with nothing else.
    if (this.localSdp !== '' && result.kind === 'answer' && result.text !== this.localSdp) {
      this.#own = { ...this.#own, version: this.#own.version + 1 }
      result = answerOffer(offer, this.#own)
    }
    if (result.kind === 'answer' && restartsIce(this.negotiated?.webrtc, result.negotiated?.webrtc)) {
      this.#restartIce()
      result = answerOffer(offer, this.#own)
    }
    if (result.kind === 'refusal') return { name: result.name, text: result.text }
    const problem = result.negotiated ? this.#apply(result.negotiated) : this.#stop()
    if (problem) return problem
    this.remoteSdp = offer
    this.localSdp = result.text
    return { text: result.text }
  }

  #restartIce(): void {
    const { webrtc } = this.#own
    const local = this.#handle === undefined ? undefined : this.#port?.restartIce(this.#handle)
    if (webrtc && local) this.#own = { ...this.#own, webrtc: { ...webrtc, ice: local.ice } }
  }

  /** Takes the answer to our offer; what disagrees with it is returned, media flows where it can all the same. */
  acceptAnswer(answer: string): MediaProblem | undefined {
    const isSilent = this.#isSilent && this.#own.version === 1
    const known = isSilent ? this.#group.silentAnswer(answer) : undefined
    this.remoteSdp = answer
    if (known) {
      this.negotiated = known
      return undefined
    }
    // A first offer of ours has one m= line; only a later one may have kept others (RFC 3264 8).
    const result = readAnswer(this.#own, answer, this.#before ? this.localSdp : undefined)
    if (result.kind === 'negotiated') {
      if (isSilent) this.#group.noteSilentAnswer(answer, result)
      return this.#apply(result)
    }
    if (result.negotiated) this.#apply(result.negotiated)
    return { name: result.name, text: result.text }
  }

  /** The call is up: losses from here on are not losses at the start. */
  markAnswered(nowMs: number): void {
    this.#answered = true
    if (this.#handle !== undefined) this.#port?.markAnswered(this.#handle, nowMs)
    if (this.#failure) this.#onFailed(this.#failure)
  }

  dtmf(digits: string, toneMs: number, pauseMs: number): boolean {
    if (this.#handle === undefined) return false
    return this.#port?.dtmf(this.#handle, digits, toneMs, pauseMs) ?? false
  }

  dtmfReceived(): string {
    if (this.#handle === undefined) return this.#reports.map((report) => report.dtmfReceived).join('')
    return this.#port?.dtmfReceived(this.#handle) ?? ''
  }

  /** Ends the stream and keeps its report. */
  close(): void {
    if (this.#handle === undefined || !this.#port) return
    this.#reports.push(this.#port.remove(this.#handle))
    this.#handle = undefined
  }

  /** Reports of what was received; a stream that was never negotiated is left out. */
  reports(): readonly StreamReport[] {
    return this.negotiated ? this.#reports : []
  }

  /** What is wrong when the stream cannot follow: the audio cannot be sent with the codec that was agreed. */
  #apply(negotiated: Negotiated): MediaProblem | undefined {
    if (this.#handle === undefined || !this.#port) {
      this.negotiated = negotiated
      return undefined
    }
    const failure = this.#port.update(this.#handle, {
      ...this.#transportOf(negotiated),
      codec: negotiated.codec,
      payloadType: negotiated.payloadType,
      telephoneEventPayloadType: negotiated.telephoneEvent,
      received: negotiated.received,
      ptimeMs: negotiated.ptimeMs,
      extendedReports: negotiated.extendedReports,
      sending: negotiated.send,
      receiving: negotiated.receive,
    })
    if (failure) return { name: 'audio', text: failure.text }
    this.negotiated = negotiated
    if (this.#answered) this.#port.markAnswered(this.#handle, this.#stack.clock.nowMs())
    return undefined
  }

  #transportOf({ webrtc, remote, rtcp, ssrcs, keys }: Negotiated): StreamChange {
    if (!webrtc || !this.#own.webrtc) return { remote, rtcpRemote: rtcp, remoteSsrcs: ssrcs, keys }
    this.#own = { ...this.#own, webrtc: agreedWebRtc(this.#own.webrtc, webrtc) }
    return { webrtcRemote: remoteWebRtc(webrtc) }
  }

  #stop(): undefined {
    if (this.#handle !== undefined) this.#port?.update(this.#handle, { sending: false, receiving: false })
  }

  #makeCrypto(): readonly CryptoAttribute[] {
    const { media, srtpSuites } = this.#profile
    return media === 'sdes' ? makeCrypto(srtpSuites, this.#stack.rng) : []
  }

  #ownMedia(port: number, direction: Direction, version: number): OwnMedia {
    return {
      kind: this.#port ? 'rtp' : 'none',
      address: this.#host,
      port,
      codecs: this.#group.codecs,
      spoken: spokenCodecs,
      answerOrder: this.#profile.answerOrder,
      telephoneEvents: this.#group.telephoneEvents,
      crypto: this.#makeCrypto(),
      comfortNoise: this.#profile.comfortNoise ? COMFORT_NOISE_TYPE : undefined,
      ptimeMs: this.#profile.ptimeMs,
      direction,
      extendedReports: this.#profile.extendedReports,
      sessionId: this.#sessionId,
      version,
    }
  }
}
