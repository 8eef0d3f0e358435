/** RFC 3611 4.7.2: so many packets received in sequence end a burst; the value that it recommends. */
export const gapThreshold = 16

/** Burst metrics of RFC 3611 4.7.2, in packets and shares. */
export interface BurstMetrics {
  /** Share (0 to 1) of packets missing within bursts and within gaps; 0 where there was none. */
  readonly burstDensity: number
  readonly gapDensity: number
  /** Mean length of bursts and of gaps, 0 where there was none. */
  readonly burstPackets: number
  readonly gapPackets: number
}

/**
 * What became of the packets of a stream, told one by one in the order of their sequence numbers. Event driven as the
 * algorithm of RFC 3611 A.2, but it counts bursts and gaps as 4.7.2 defines them instead of estimating them from
 * transitions: a burst begins and ends with a missing packet and holds no 16 in sequence that were received; a packet
 * that is missing alone belongs to a gap. Before the first and after the last packet all counts as received.
 */
export class PacketFates {
  expected = 0
  lost = 0
  discarded = 0
  /** Runs of packets missing in sequence. */
  runs = 0
  #bursts = 0
  #burstPackets = 0
  #burstMissing = 0
  /** The first burst began with the first packet. */
  #burstFirst = false
  /** Since the last missing one. */
  #receivedSince = gapThreshold
  /** The cluster that has not ended: missing ones, and its length from the first to the last of them. */
  #clusterMissing = 0
  #clusterPackets = 0
  #clusterStart = 0

  received(): void {
    this.expected++
    this.#receivedSince++
    if (this.#receivedSince === gapThreshold) this.#endCluster()
  }

  /** Lost on the way, or `discarded` since it was of no use any more. */
  missing(discarded: boolean): void {
    if (discarded) this.discarded++
    else this.lost++
    if (this.#clusterMissing === 0) {
      this.#clusterStart = this.expected
      this.#clusterPackets = 1
      this.runs++
    } else {
      this.#clusterPackets += this.#receivedSince + 1
      if (this.#receivedSince > 0) this.runs++
    }
    this.#clusterMissing++
    this.#receivedSince = 0
    this.expected++
  }

  get burst(): BurstMetrics {
    const at = this.copy()
    const endsInBurst = at.#clusterMissing > 1 && at.#receivedSince === 0
    at.#endCluster()
    const gapPackets = at.expected - at.#burstPackets
    const gapMissing = at.lost + at.discarded - at.#burstMissing
    const gaps = at.#bursts + 1 - (at.#burstFirst ? 1 : 0) - (endsInBurst ? 1 : 0)
    return {
      burstDensity: at.#burstPackets === 0 ? 0 : at.#burstMissing / at.#burstPackets,
      gapDensity: gapPackets === 0 ? 0 : gapMissing / gapPackets,
      burstPackets: at.#bursts === 0 ? 0 : at.#burstPackets / at.#bursts,
      gapPackets: gapPackets === 0 ? 0 : gapPackets / gaps,
    }
  }

  copy(): PacketFates {
    const copy = new PacketFates()
    copy.#take(this)
    return copy
  }

  /** Nothing has been told yet. */
  forget(): void {
    this.#take(new PacketFates())
  }

  #take(other: PacketFates): void {
    this.expected = other.expected
    this.lost = other.lost
    this.discarded = other.discarded
    this.runs = other.runs
    this.#bursts = other.#bursts
    this.#burstPackets = other.#burstPackets
    this.#burstMissing = other.#burstMissing
    this.#burstFirst = other.#burstFirst
    this.#receivedSince = other.#receivedSince
    this.#clusterMissing = other.#clusterMissing
    this.#clusterPackets = other.#clusterPackets
    this.#clusterStart = other.#clusterStart
  }

  #endCluster(): void {
    if (this.#clusterMissing > 1) {
      if (this.#clusterStart === 0) this.#burstFirst = true
      this.#bursts++
      this.#burstPackets += this.#clusterPackets
      this.#burstMissing += this.#clusterMissing
    }
    this.#clusterMissing = 0
  }
}
