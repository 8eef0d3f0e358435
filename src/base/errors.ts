import { errorTable } from './error-table.js'

export type ErrorCode = keyof typeof errorTable

/** A position in a scenario or data file, one-based. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

export const formatPlace = (place: Place): string => `${place.file}:${place.line}:${place.column}`

/** A text of a scenario that cannot be rendered with the values at hand: that call fails, nothing else does. */
export class RenderError extends Error {}

/** A failure with a row in the error table: it has a code, an exit code of the contract and a hint. */
export class SiploadgenError extends Error {
  readonly code: ErrorCode
  readonly detail: string
  readonly place: Place | undefined
  readonly hint: string

  constructor(code: ErrorCode, detail: string, options: { place?: Place; hint?: string; cause?: unknown } = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'SiploadgenError'
    this.code = code
    this.detail = detail
    this.place = options.place
    this.hint = options.hint ?? errorTable[code].hint
  }

  get exitCode(): number {
    return errorTable[this.code].exit
  }

  /** One line for people: place, what is wrong, what to do, code. */
  describe(): string {
    const place = this.place ? `${formatPlace(this.place)}: ` : ''
    const hint = this.hint ? ` (${this.hint})` : ''
    return `${place}${this.detail}${hint} [${this.code}]`
  }
}
