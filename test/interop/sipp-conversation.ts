import type { Packet } from '../peers/captured-packets.js'
import type { Network } from './network.js'
import type { Paired } from './sipp-pair.js'

const cseqMethod = (text: string): string => /^CSeq: *\d+ (\S+)/m.exec(text)?.[1] ?? ''

/** What went over the cable between us and one SIPp. */
export class Conversation {
  readonly paired: Paired
  readonly #packets: readonly Packet[]

  constructor(paired: Paired, network: Network) {
    this.paired = paired
    this.#packets = network.packets().filter(({ from, to }) => from === paired.sippAddress || to === paired.sippAddress)
  }

  /** Ours that begin so; responses can be told apart by the method of their CSeq. */
  ours(start: string, method = ''): Packet[] {
    return this.#packets.filter(
      ({ to, text }) => to === this.paired.sippAddress && text.startsWith(start) && cseqMethod(text).includes(method),
    )
  }

  theirs(start: string): Packet[] {
    return this.#packets.filter(({ from, text }) => from === this.paired.sippAddress && text.startsWith(start))
  }
}
