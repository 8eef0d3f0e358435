import type { GatewayFaults } from '../model/scenario.js'

/** What is done to a call as a whole. */
export type CallFault = 'none' | 'busy' | 'no-answer' | 'mute-caller' | 'mute-callee' | 'swap'

const faultOrder = [
  ['busy', 'busyPercent'],
  ['no-answer', 'noAnswerPercent'],
  ['mute-caller', 'muteCallerPercent'],
  ['mute-callee', 'muteCalleePercent'],
  ['swap', 'swapPercent'],
] as const satisfies readonly (readonly [CallFault, keyof GatewayFaults])[]

/**
 * The fault of a call by its number alone. Of each hundred calls from a multiple of 100 exactly the wanted number has
 * each fault (hundredths of a percent: of each ten thousand), spread over the hundred, and no call has two; what goes
 * beyond 100 percent in the order of `faultOrder` is cut.
 */
export function callFault(number: number, faults: GatewayFaults): CallFault {
  // 61 and 37 have no factor in common with 100: every place of 0 to 9999 comes once in 10,000 calls.
  const place = ((number * 61) % 100) * 100 + ((Math.floor(number / 100) * 37) % 100)
  let end = 0
  for (const [fault, share] of faultOrder) {
    end += Math.round(faults[share] * 100)
    if (place < end) return fault
  }
  return 'none'
}

const MILLION = 1_000_000

/** Loss by error diffusion: of the first n packets exactly floor(n * share) are lost (share to the millionth). */
export class ExactLoss {
  #seen = 0
  #lost = 0
  #partsPerMillion = 0

  /** Starts the count anew when the share changes. */
  set share(share: number) {
    const partsPerMillion = Math.round(share * MILLION)
    if (partsPerMillion === this.#partsPerMillion) return
    this.#partsPerMillion = partsPerMillion
    this.#seen = 0
    this.#lost = 0
  }

  /** Whether the next packet is lost. */
  next(): boolean {
    if (this.#partsPerMillion === 0) return false
    this.#seen++
    if (this.#seen * this.#partsPerMillion < (this.#lost + 1) * MILLION) return false
    this.#lost++
    return true
  }
}
