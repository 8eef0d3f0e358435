import type { Rng } from '../base/rng.js'
import { type SrtpSuiteName, type StreamKeys, srtpSuites } from '../model/srtp.js'
import { type CryptoAttribute, type CryptoWords, chooseCrypto, writeCrypto } from '../sdp/crypto.js'
import { makeCrypto } from '../sdp/own-crypto.js'

/** What a leg speaks. `other` passes as it is: not RTP in a profile that the relay reads. */
export type LegKind = 'rtp' | 'sdes' | 'other'

/** What a media description says of keying. */
export interface KeyingSection {
  readonly profile: string
  readonly crypto: readonly CryptoWords[]
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

const line = (attribute: CryptoAttribute): string => writeCrypto(attribute).trimEnd()

interface Agreed {
  readonly kind: LegKind
  readonly keys: StreamKeys | undefined
}

/**
 * One party's side of one stream as its descriptions have it: the profile it speaks and, with SDES, the keys. The relay
 * is the far side of each party, with keys of its own for either.
 */
export class LegMedia {
  readonly #rng: Rng
  #own: readonly CryptoAttribute[] = []
  #profile = ''
  #agreed: Agreed | undefined
  /** Their offer, until our answer to it is written. */
  #offered: (Agreed & { readonly profile: string; readonly accepted: CryptoAttribute | undefined }) | undefined

  constructor(rng: Rng) {
    this.#rng = rng
  }

  /** What the leg speaks, once one side has said. */
  get kind(): LegKind | undefined {
    return this.#agreed?.kind ?? this.#offered?.kind
  }

  /** Keys for its packets; `awaited`: it is to be SRTP, and one side has yet to speak. */
  get keys(): StreamKeys | 'awaited' | undefined {
    return this.kind === 'sdes' ? (this.#agreed?.keys ?? 'awaited') : undefined
  }

  /** Takes the party's offer; why it cannot be keyed. */
  takeOffer(section: KeyingSection): string | undefined {
    const { profile } = section
    const theirs = this.#theirs(section)
    if (typeof theirs === 'string') return theirs
    const kind = theirs ? 'sdes' : plainPattern.test(profile) ? 'rtp' : 'other'
    this.#offered = { kind, profile, accepted: theirs, keys: theirs && this.#keysWith(theirs) }
    return undefined
  }

  /** Takes the party's answer to an offer of ours of this kind; why it cannot be keyed. */
  takeAnswer(kind: LegKind, section: KeyingSection): string | undefined {
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
  writeOffer(kind: LegKind, like: string): LegDescription | undefined {
    const isKept = this.#agreed?.kind === kind && this.#profile !== ''
    this.#agreed = { kind, keys: isKept ? this.#agreed?.keys : undefined }
    if (kind === 'other') return undefined
    const base = kind === 'sdes' ? 'RTP/SAVP' : 'RTP/AVP'
    // Within a session the profile stays as it was agreed.
    if (!isKept) this.#profile = like.endsWith('F') ? `${base}F` : base
    return { profile: this.#profile, lines: kind === 'sdes' ? this.#ownCrypto().map(line) : [] }
  }

  /** Our answer to the party's offer, which is agreed with it. */
  writeAnswer(): LegDescription | undefined {
    // A description that was answered already is repeated, as that of a 183 in the 200.
    const offered = this.#offered
    if (!offered) return undefined
    this.#agreed = { kind: offered.kind, keys: offered.keys }
    this.#profile = offered.profile
    if (offered.kind === 'other') return undefined
    const { accepted } = offered
    const own = accepted && this.#ownCrypto().find(({ suite }) => suite === accepted.suite)
    return { profile: offered.profile, lines: accepted && own ? [line({ ...own, tag: accepted.tag })] : [] }
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
    const own = this.#ownCrypto().find(({ suite }) => suite === theirs.suite)
    return own && { send: own.keys[0], receive: theirs.keys }
  }

  #ownCrypto(): readonly CryptoAttribute[] {
    if (this.#own.length === 0) this.#own = makeCrypto(suites, this.#rng)
    return this.#own
  }
}
