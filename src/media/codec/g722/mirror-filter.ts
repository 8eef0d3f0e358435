import { mirrorTaps } from './tables.js'

/** A delay line of 24 samples with the two polyphase halves of the quadrature mirror filter (ITU-T G.722 3.1, 4.4). */
export class MirrorFilter {
  readonly #line = new Int32Array(24)
  /** Sum over the even places of the line. */
  even = 0
  /** Sum over the odd places. */
  odd = 0

  push(first: number, second: number): void {
    const line = this.#line
    line.copyWithin(0, 2)
    line[22] = first
    line[23] = second
    let [even, odd] = [0, 0]
    for (let i = 0; i < 12; i++) {
      even += (line[2 * i] ?? 0) * (mirrorTaps[i] ?? 0)
      odd += (line[2 * i + 1] ?? 0) * (mirrorTaps[11 - i] ?? 0)
    }
    this.even = even
    this.odd = odd
  }
}
