import { headerIdAt } from './header-table.js'

const lf = 0x0a
const cr = 0x0d
const space = 0x20
const tab = 0x09

/** Numbers per field in `HeadIndex.fields`. */
export const fieldStride = 5
/** Offsets within a field's numbers. */
export const at = { id: 0, start: 1, nameEnd: 2, valueStart: 3, end: 4 } as const

/** Where things stand in the text of a message; offsets are those of the bytes. */
export interface HeadIndex {
  readonly startLineStart: number
  readonly startLineEnd: number
  /** `fieldStride` numbers per field line, see `at`; a line without a colon has `nameEnd` -1. */
  readonly fields: readonly number[]
  /** After the empty line, or the end of the text when there is none. */
  readonly bodyStart: number
  readonly hasEmptyLine: boolean
  readonly folded: boolean
  readonly bareLf: boolean
}

/**
 * One pass over the head. Line ends are CRLF; a bare LF is taken for one too. Empty lines before the start line are
 * passed over (RFC 3261 7.5).
 */
export function indexHead(text: string): HeadIndex {
  const length = text.length
  let position = 0
  while (position < length && (text.charCodeAt(position) === lf || text.charCodeAt(position) === cr)) position++
  const startLineStart = position
  let count = 0
  let startLineEnd = -1
  let folded = false
  let bareLf = false
  let hasEmptyLine = false
  while (position < length) {
    const lineStart = position
    let lfAt = text.indexOf('\n', position)
    // White space after an empty line begins the body and folds nothing.
    const empty = lfAt === lineStart || (lfAt === lineStart + 1 && text.charCodeAt(lineStart) === cr)
    while (!empty && lfAt >= 0 && isBlankCode(text.charCodeAt(lfAt + 1))) {
      folded = true
      lfAt = text.indexOf('\n', lfAt + 1)
    }
    position = lfAt < 0 ? length : lfAt + 1
    let lineEnd = lfAt < 0 ? length : lfAt
    if (lineEnd > lineStart && text.charCodeAt(lineEnd - 1) === cr) lineEnd--
    else if (lfAt >= 0) bareLf = true
    if (empty) {
      hasEmptyLine = true
      break
    }
    if (startLineEnd < 0) startLineEnd = lineEnd
    else count = addField(text, lineStart, lineEnd, count)
  }
  if (startLineEnd < 0) startLineEnd = startLineStart
  const fields = scratch.slice(0, count)
  if (scratch.length > longestScratch) scratch.length = longestScratch
  return { startLineStart, startLineEnd, fields, bodyStart: position, hasEmptyLine, folded, bareLf }
}

const isBlankCode = (code: number): boolean => code === space || code === tab

/** Where the numbers of one head are gathered, so that each index is allocated once and at its own length. */
const scratch: number[] = []
const longestScratch = 1024 * fieldStride

/** Notes the numbers of one field line from `count` on; returns where the next ones go. */
function addField(text: string, start: number, end: number, count: number): number {
  const colonAt = text.indexOf(':', start)
  if (colonAt < 0 || colonAt >= end) return note(count, -1, start, -1, start, end)
  let nameEnd = colonAt
  while (nameEnd > start && isBlankCode(text.charCodeAt(nameEnd - 1))) nameEnd--
  let valueStart = colonAt + 1
  while (valueStart < end && text.charCodeAt(valueStart) <= space) valueStart++
  return note(count, headerIdAt(text, start, nameEnd), start, nameEnd, valueStart, end)
}

function note(count: number, id: number, start: number, nameEnd: number, valueStart: number, end: number): number {
  scratch[count] = id
  scratch[count + 1] = start
  scratch[count + 2] = nameEnd
  scratch[count + 3] = valueStart
  scratch[count + 4] = end
  return count + fieldStride
}
