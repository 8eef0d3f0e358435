import type { Rng } from '../base/rng.js'
import { type SrtpSuiteName, type StreamKeys, srtpSuites } from '../model/srtp.js'
import { type CryptoAttribute, type CryptoWords, chooseCrypto, writeCrypto } from '../sdp/crypto.js'
import { makeCrypto } from '../sdp/own-crypto.js'
import type { WebRtcAttributes } from '../sdp/webrtc.js'
import type { WebRtcLeg } from './webrtc-leg.js'

/** What a leg speaks. `other` passes as it is: not RTP in a profile that the relay reads. */
export type LegKind = 'rtp' | 'sdes' | 'webrtc' | 'other'

/** What a media description says of keying. */
export interface KeyingSection {
  readonly profile: string
  readonly crypto: readonly CryptoWords[]
  readonly webrtc: WebRtcAttributes
}

/** What the description for a party is to say instead; undefined leaves it as it is. */
export interface LegDescription {
  readonly profile: string
  /** Without line ends. */
  readonly lines: readonly string[]
}

const suites = Object.keys(srtpSuites) as SrtpSuiteName[]
const securePattern = /^RTP\/SAVPF?$/
const plainPattern = /^RTP\/AVPF?$/
const webRtcPattern = /^UDP\/TLS\/RTP\/SAVPF?$/

const profiles = { rtp: 'RTP/AVP', sdes: 'RTP/SAVP', webrtc: 'UDP/TLS/RTP/SAVPF' } as const

const line = (attribute: CryptoAttribute): string => writeCrypto(attribute).trimEnd()

interface Agreed {
  readonly kind: LegKind
  readonly keys: StreamKeys | undefined
}

interface Offered extends Agreed {
  readonly profile: string
  readonly lines: readonly string[]
}

/**
 * One party's side of one stream as its descriptions have it: the profile it speaks and what keys it. The relay is the
 * far side of each party, with keys of its own for either.
 */
export class LegMedia {
  readonly #rng: Rng
  readonly #openWebRtc: () => WebRtcLeg | undefined
  #own: readonly CryptoAttribute[] = []
  #profile = ''
  #agreed: Agreed | undefined
  /** Their offer, until our answer to it is written. */
  #offered: Offered | undefined
  /** Once the party has spoken WebRTC, or is to. */
  webrtc: WebRtcLeg | undefined

  /** @param openWebRtc gives undefined where the gateway was not told to speak WebRTC. */
  constructor(rng: Rng, openWebRtc: () => WebRtcLeg | undefined) {
    this.#rng = rng
    this.#openWebRtc = openWebRtc
  }

  /** What the leg speaks, once one side has said. */
  get kind(): LegKind | undefined {
    return this.#agreed?.kind ?? this.#offered?.kind
  }

  /** Keys for its packets; `awaited`: it is to be SRTP, and one side has yet to speak. */
  get keys(): StreamKeys | 'awaited' | undefined {
    if (this.kind === 'webrtc') return this.webrtc?.keys ?? 'awaited'
    return this.kind === 'sdes' ? (this.#agreed?.keys ?? 'awaited') : undefined
  }

  /** Takes the party's offer; why it cannot be keyed. */
  takeOffer(section: KeyingSection): string | undefined {
    const { profile } = section
    if (webRtcPattern.test(profile) && this.#hasWebRtc()) return this.#takeWebRtc(section)
    const theirs = this.#theirs(section)
    if (typeof theirs === 'string') return theirs
    const kind = theirs ? 'sdes' : plainPattern.test(profile) ? 'rtp' : 'other'
    const own = theirs && this.#ownFor(theirs.suite)
    const lines = theirs && own ? [line({ ...own, tag: theirs.tag })] : []
    this.#offered = { kind, profile, keys: theirs && this.#keysWith(theirs), lines }
    return undefined
  }

  /** Takes the party's answer to an offer of ours of this kind; why it cannot be keyed. */
  takeAnswer(kind: LegKind, section: KeyingSection): string | undefined {
    if (kind === 'webrtc') return this.webrtc?.accept(section.webrtc)
    if (kind !== 'sdes') {
      this.#agreed = { kind, keys: undefined }
      return undefined
    }
    const theirs = this.#theirs(section)
    if (typeof theirs === 'string') return theirs
    if (!theirs) return 'SRTP was offered and the answer has no a=crypto'
    this.#agreed = { kind, keys: this.#keysWith(theirs) }
    return undefined
  }

  /** Our offer to the party, of this kind, where the other party spoke in `like`. */
  writeOffer(wished: LegKind, like: string): LegDescription | undefined {
    const kind = wished === 'webrtc' && !this.#hasWebRtc() ? 'other' : wished
    const isKept = this.#agreed?.kind === kind && this.#profile !== ''
    this.#agreed = { kind, keys: isKept ? this.#agreed?.keys : undefined }
    if (kind === 'other') return undefined
    // Within a session the profile stays as it was agreed.
    if (!isKept) this.#profile = kind !== 'webrtc' && isFeedback(like) ? `${profiles[kind]}F` : profiles[kind]
    const keyLines = kind === 'sdes' ? this.#ownCrypto().map(line) : []
    return { profile: this.#profile, lines: kind === 'webrtc' ? (this.webrtc?.offerLines() ?? []) : keyLines }
  }

  /** Our answer to the party's offer, which is agreed with it. */
  writeAnswer(): LegDescription | undefined {
    // A description that was answered already is repeated, as that of a 183 in the 200.
    const offered = this.#offered
    if (!offered) return undefined
    this.#agreed = { kind: offered.kind, keys: offered.keys }
    this.#profile = offered.profile
    return offered.kind === 'other' ? undefined : { profile: offered.profile, lines: offered.lines }
  }

  #hasWebRtc(): boolean {
    this.webrtc ??= this.#openWebRtc()
    return this.webrtc !== undefined
  }

  #takeWebRtc({ profile, webrtc }: KeyingSection): string | undefined {
    const lines = this.webrtc?.answer(webrtc) ?? []
    if (typeof lines === 'string') return lines
    this.#offered = { kind: 'webrtc', profile, keys: undefined, lines }
    return undefined
  }

  /** The attribute that we take; a text where SRTP is wanted and cannot be had; undefined where it is not wanted. */
  #theirs({ profile, crypto }: KeyingSection): CryptoAttribute | string | undefined {
    const wanted = securePattern.test(profile)
    if (!wanted && (!plainPattern.test(profile) || crypto.length === 0)) return undefined
    if (crypto.length === 0) return `${profile} comes without a=crypto`
    const theirs = chooseCrypto(crypto, suites)
    if ('keys' in theirs) return theirs
    // RTP/AVP with a=crypto is plain RTP to those who cannot use it.
    return wanted ? theirs.text : undefined
  }

  #keysWith(theirs: CryptoAttribute): StreamKeys | undefined {
    const own = this.#ownFor(theirs.suite)
    return own && { send: own.keys[0], receive: theirs.keys }
  }

  #ownFor(suite: SrtpSuiteName): CryptoAttribute | undefined {
    return this.#ownCrypto().find((own) => own.suite === suite)
  }

  #ownCrypto(): readonly CryptoAttribute[] {
    if (this.#own.length === 0) this.#own = makeCrypto(suites, this.#rng)
    return this.#own
  }
}

/** AVPF between parties that both know feedback; a browser's is for itself. */
const isFeedback = (profile: string): boolean => profile.endsWith('F') && !webRtcPattern.test(profile)
