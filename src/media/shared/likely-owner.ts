import type { Address } from '../../model/address.js'
import { payloadTypeOf } from '../rtp/rtp-header.js'
import type { StatisticsView } from '../statistics-view.js'
import type { FarSides } from './far-sides.js'
import type { HeldPacket, HeldPackets } from './held-packets.js'
import type { SharedPlace } from './shared-place.js'
import type { SourceClaims } from './source-claims.js'
import type { WaitingStreams } from './waiting-streams.js'

/** A description is read within it, and a far side that goes on as another source has left the one before by then. */
const settleMs = 500

/** What a shared port knows of its streams. */
export interface SharedKnowledge {
  readonly table: StatisticsView
  readonly rtp: FarSides<SharedPlace>
  readonly declared: SourceClaims<SharedPlace>
  readonly waiting: WaitingStreams
  readonly held: HeldPackets
}

/** Finds the one stream that RTP of a source which nobody claims can only belong to. */
export class LikelyOwner {
  readonly #known: SharedKnowledge

  constructor(known: SharedKnowledge) {
    this.#known = known
  }

  of(packet: HeldPacket, address: Address, nowMs: number): SharedPlace | undefined {
    const { ssrc, why } = packet
    const place = why === 'unknown-source' ? this.#stranger(packet) : this.#companion(packet, address, nowMs)
    if (!place?.stream?.settings.remote || this.#known.rtp.claimants(address, ssrc).length > 0) return undefined
    return place
  }

  /** Whose packet it is that comes from where nobody is expected. */
  #stranger({ bytes, ssrc }: HeldPacket): SharedPlace | undefined {
    const { declared, waiting } = this.#known
    if (declared.all(ssrc).length > 0) return declared.only(ssrc)
    const place = waiting.only(() => true)
    const encoding = place?.stream?.received.payloadTypes.encoding(payloadTypeOf(bytes))
    return encoding === undefined ? undefined : place
  }

  /** Whose packet it is that comes from a known far side, and is of a source that was not named there. */
  #companion(packet: HeldPacket, address: Address, nowMs: number): SharedPlace | undefined {
    const { table, rtp, waiting, held } = this.#known
    const alone = rtp.alone(address)
    if (alone?.ssrcs.size === 0) return alone
    // A call whose description is under way may have the same far side.
    if (waiting.someUndescribed && held.heldForMs(packet, nowMs) < settleMs) return undefined
    if (!alone) return waiting.only((place) => rtp.at(address).has(place))
    // One that goes on under the source that is known has no other.
    const lastMs = table.lastPacketMs[alone.stream?.handle ?? 0] ?? Number.NaN
    return nowMs - lastMs < settleMs ? undefined : alone
  }
}
