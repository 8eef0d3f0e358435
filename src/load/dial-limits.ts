import type { Limits } from '../model/scenario.js'
import { parseUri } from '../sip/message/uri.js'

/** Which numbers may be dialled: an entry is a prefix, or a pattern in which `*` stands for anything. */
export class DialLimits {
  readonly #patterns: readonly RegExp[]
  readonly #texts: readonly string[]

  constructor(limits: Limits) {
    this.#texts = limits.numbers
    this.#patterns = limits.numbers.map(toPattern)
  }

  /** Why the URI may not be called; undefined when it may. */
  refusal(uri: string): string | undefined {
    if (this.#patterns.length === 0) return undefined
    const number = parseUri(uri)?.user ?? uri.replace(/^tel:/i, '')
    if (this.#patterns.some((pattern) => pattern.test(number))) return undefined
    return `"${number}" is not among the numbers that limits allows (${this.#texts.join(', ')})`
  }
}

const toPattern = (text: string): RegExp => {
  const escaped = text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')
  return new RegExp(text.includes('*') ? `^${escaped}$` : `^${escaped}`)
}
