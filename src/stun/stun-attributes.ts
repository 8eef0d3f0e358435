/** The attributes of a message where they lie in it, looked for when somebody asks: few of them are asked for. */
export class StunAttributes {
  readonly #bytes: Buffer
  readonly #from: number
  readonly #to: number

  /** `from` and `to`: where the first attribute begins and the last that counts ends. All lengths have been checked. */
  constructor(bytes: Buffer, from: number, to: number) {
    this.#bytes = bytes
    this.#from = from
    this.#to = to
  }

  /** The value of the first attribute of a type (RFC 8489 14). */
  get(type: number): Buffer | undefined {
    const at = this.#find(type)
    return at < 0 ? undefined : this.#bytes.subarray(at + 4, at + 4 + this.#bytes.readUInt16BE(at + 2))
  }

  has(type: number): boolean {
    return this.#find(type) >= 0
  }

  #find(type: number): number {
    const bytes = this.#bytes
    for (let at = this.#from; at < this.#to; ) {
      if (bytes.readUInt16BE(at) === type) return at
      const length = bytes.readUInt16BE(at + 2)
      at += 4 + length + (-length & 3)
    }
    return -1
  }
}
