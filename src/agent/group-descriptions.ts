import { codecs } from '../media/codec/registry.js'
import { eventPayloadTypes } from '../media/codec/telephone-event.js'
import type { CodecName } from '../model/codec.js'
import type { Negotiated } from '../sdp/negotiated.js'
import { createOffer } from '../sdp/offer.js'
import type { OwnCodec, OwnEvents, OwnMedia } from '../sdp/own-media.js'
import type { PhoneProfile } from './profile.js'

/**
 * What the calls of one group share of their descriptions. Phones without media offer the same text but for the
 * session id, and a peer's answers repeat as well: both are worked out once.
 */
export class GroupDescriptions {
  readonly codecs: readonly OwnCodec[]
  readonly telephoneEvents: readonly OwnEvents[]
  readonly #offers = new Map<string, readonly [before: string, after: string]>()
  #answer = ''
  #negotiated: Negotiated | undefined

  private constructor(profile: PhoneProfile) {
    const own = ownCodecs(profile.codecs)
    this.codecs = own.codecs
    this.telephoneEvents = own.telephoneEvents
  }

  static of(profile: PhoneProfile): GroupDescriptions {
    let known = groups.get(profile)
    if (known === undefined) {
      known = new GroupDescriptions(profile)
      groups.set(profile, known)
    }
    return known
  }

  /** The first offer of a session of a phone without media. */
  silentOffer(own: OwnMedia): string {
    let parts = this.#offers.get(own.address)
    if (parts === undefined) {
      const [before = '', after = ''] = createOffer({ ...own, sessionId: mark }).split(mark)
      parts = [before, after]
      this.#offers.set(own.address, parts)
    }
    return parts[0] + own.sessionId + parts[1]
  }

  /** What the same answer to the same offer meant the last time. */
  silentAnswer(answer: string): Negotiated | undefined {
    return answer === this.#answer ? this.#negotiated : undefined
  }

  noteSilentAnswer(answer: string, negotiated: Negotiated): void {
    this.#answer = answer
    this.#negotiated = negotiated
  }
}

/** Codecs as descriptions name them, with telephone-events at each of their clock rates. */
export function ownCodecs(names: readonly CodecName[]): Pick<OwnMedia, 'codecs' | 'telephoneEvents'> {
  const own = names.map((name) => codecs[name])
  const clockRates = [...new Set(own.map(({ clockRate }) => clockRate))]
  const telephoneEvents = clockRates.flatMap((clockRate) => {
    const payloadType = eventPayloadTypes[clockRate]
    return payloadType === undefined ? [] : [{ payloadType, clockRate }]
  })
  return { codecs: own, telephoneEvents }
}

/** Codecs that need no prepared audio. */
export const spokenCodecs: readonly OwnCodec[] = Object.values(codecs).filter(({ coder }) => coder !== undefined)

const groups = new WeakMap<PhoneProfile, GroupDescriptions>()

/** Stands where the session id goes; it occurs in no description of ours. */
const mark = '?'
