import type { Rng } from '../base/rng.js'
import type { Flow } from '../model/scenario.js'

/** Which flow each call walks, by weight: one draw a call, in the order of their numbers. */
export class FlowDraw {
  readonly #flows: readonly Flow[]
  readonly #rng: Rng
  readonly #totalWeight: number
  #drawn = 0

  constructor(flows: readonly Flow[], rng: Rng) {
    this.#flows = flows
    this.#rng = rng
    this.#totalWeight = flows.reduce((sum, flow) => sum + flow.weight, 0)
  }

  /** Numbers rise; the draws of those that are left out are made as well. */
  flowOf(number: number): Flow {
    const flows = this.#flows
    if (flows.length === 1) return flows[0] as Flow
    let draw = 0
    for (; this.#drawn <= number; this.#drawn++) draw = this.#rng.next()
    let left = draw * this.#totalWeight
    for (const flow of flows) {
      left -= flow.weight
      if (left < 0) return flow
    }
    return flows[flows.length - 1] as Flow
  }
}
