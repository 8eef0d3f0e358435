/** One field line as written. */
export interface HeaderField {
  /** Case and compact form kept. */
  readonly name: string
  /** Unfolded and trimmed. */
  readonly value: string
  /** Where the line stands in the bytes, without its line end. */
  readonly start: number
  readonly end: number
}
