import type { RemoteInfo } from 'node:dgram'

/** Words of an address as the kernel writes it, IPv6 being the longest. */
export const addressWords = 7
/** More sources than calls are hostile. */
const mostSources = 65_536

export interface Source {
  readonly words: Uint32Array
  readonly info: RemoteInfo
}

/**
 * Where packets come from: no text is made of an address that was seen before. One for all sockets: each of a thousand
 * that are used again and again meets the same thousand far sides.
 */
export class SourceTable {
  /** By a hash of the words; of two with the same the later one stays. */
  readonly #known = new Map<number, Source>()

  /** The source whose words lie at `at`, where it is known; nearly always it is that of the packet before: `last`. */
  find(last: Source | undefined, words: Uint32Array, at: number): Source | undefined {
    if (last && isSame(last.words, words, at)) return last
    const known = this.#known.get(hashOf(words, at))
    return known && isSame(known.words, words, at) ? known : undefined
  }

  add(words: Uint32Array, at: number, info: RemoteInfo): Source {
    if (this.#known.size >= mostSources) this.#known.clear()
    const source = { words: words.slice(at, at + addressWords), info }
    this.#known.set(hashOf(words, at), source)
    return source
  }
}

function isSame(known: Uint32Array, words: Uint32Array, at: number): boolean {
  for (let i = 0; i < addressWords; i++) if (known[i] !== words[at + i]) return false
  return true
}

function hashOf(words: Uint32Array, at: number): number {
  let hash = 0
  for (let i = 0; i < addressWords; i++) hash = Math.imul(hash ^ (words[at + i] ?? 0), 0x9e3779b1)
  return hash
}
