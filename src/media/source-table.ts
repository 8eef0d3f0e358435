import type { RemoteInfo } from 'node:dgram'

/** Words of an address as the kernel writes it, IPv6 being the longest. */
export const addressWords = 7
/** More sources than calls are hostile. */
const mostSources = 65_536

interface Source {
  readonly words: Uint32Array
  readonly info: RemoteInfo
}

/** Where packets of a socket came from: no text is made of an address that was seen before. */
export class SourceTable {
  /** Nearly always the next packet comes from where the last one did. */
  #last: Source | undefined
  /** By a hash of the words; of two with the same the later one stays. */
  #known: Map<number, Source> | undefined

  /** The source whose words lie at `at`; `make` where it is not known. */
  find(words: Uint32Array, at: number, make: () => RemoteInfo): RemoteInfo {
    if (this.#last && isSame(this.#last.words, words, at)) return this.#last.info
    const hash = hashOf(words, at)
    const known = this.#known?.get(hash)
    if (known && isSame(known.words, words, at)) {
      this.#last = known
      return known.info
    }
    return this.#add(hash, words.slice(at, at + addressWords), make())
  }

  #add(hash: number, words: Uint32Array, info: RemoteInfo): RemoteInfo {
    // Most sockets have one source in their life.
    if (this.#last) this.#known ??= new Map([[hashOf(this.#last.words, 0), this.#last]])
    if ((this.#known?.size ?? 0) >= mostSources) this.#known?.clear()
    this.#last = { words, info }
    this.#known?.set(hash, this.#last)
    return info
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
