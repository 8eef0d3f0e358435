/** What one stream says of itself in its marks, whichever tracks it sends them with. */
export class Speaker {
  readonly sender: number
  /** Whole milliseconds to add to clock time for wall-clock time. */
  readonly wallOffsetMs: number
  /** Marks sent whole. */
  marks = 0
  /** When the first and the last packet was due, in clock milliseconds. */
  firstMs: number | undefined
  lastMs: number | undefined

  constructor(sender: number, wallOffsetMs: number) {
    this.sender = sender
    this.wallOffsetMs = wallOffsetMs
  }

  spoke(atMs: number): void {
    this.firstMs ??= atMs
    this.lastMs = atMs
  }
}
