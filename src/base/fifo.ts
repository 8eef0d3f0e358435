/** Below this many spent places nothing is moved. */
const SPARED = 1024

/**
 * First in, first out. `Array.shift` moves every element of an array of more than 16,000 (V8 keeps it where its start
 * cannot be cut off); here what has left is only cleared away when it is half of all.
 */
export class Fifo<T> {
  readonly #items: T[]
  #head = 0

  constructor(items: readonly T[] = []) {
    this.#items = [...items]
  }

  get length(): number {
    return this.#items.length - this.#head
  }

  /** The next to leave. */
  get first(): T | undefined {
    return this.#items[this.#head]
  }

  push(item: T): void {
    this.#items.push(item)
  }

  shift(): T | undefined {
    if (this.#head === this.#items.length) return undefined
    const item = this.#items[this.#head++]
    if (this.#head > SPARED && this.#head * 2 > this.#items.length) {
      this.#items.splice(0, this.#head)
      this.#head = 0
    }
    return item
  }

  clear(): void {
    this.#items.length = 0
    this.#head = 0
  }
}
