import type { CodecName } from '../model/codec.js'
import type { Direction } from '../model/instruction.js'
import type { OwnMedia } from '../sdp/own-media.js'

/** What an offer within a session changes. */
export interface OfferWish {
  readonly direction: Direction
  /** Those offered before when left out. */
  readonly codecs?: readonly CodecName[] | undefined
  /** `same` when left out. */
  readonly keys?: 'same' | 'new'
}

/** What an offer within a session may change, and what its refusal changes back. */
export type OfferedPart = Pick<OwnMedia, 'direction' | 'codecs' | 'telephoneEvents' | 'crypto'>

export const offeredPartOf = ({ direction, codecs, telephoneEvents, crypto }: OwnMedia): OfferedPart => ({
  direction,
  codecs,
  telephoneEvents,
  crypto,
})
