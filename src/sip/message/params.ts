import { charClass, classOf, trimmed } from './char-class.js'

/**
 * Parameters after `;`. Names are lower-case; values are as written, quotes kept; '' is a parameter without value.
 * Of a parameter that is given twice the first counts.
 */
export type Params = ReadonlyMap<string, string>

export const noParams: Params = new Map()

const semicolon = 0x3b
const equal = 0x3d
const quote = 0x22
const backslash = 0x5c

/** Reads `*(";" name ["=" value])` in `text[start, end)`; what stands before the first semicolon is passed over. */
export function parseParams(text: string, start = 0, end = text.length): Params {
  let at = text.indexOf(';', start)
  if (at < 0 || at >= end) return noParams
  const params = new Map<string, string>()
  while (at < end) at = readParam(text, at + 1, end, params)
  return params
}

/** Reads one parameter from `start` and returns where the semicolon after it stands, or `end`. */
function readParam(text: string, start: number, end: number, params: Map<string, string>): number {
  let equalAt = -1
  let upperCase = false
  let blank = false
  let i = start
  for (; i < end; i++) {
    const code = text.charCodeAt(i)
    if (code === semicolon) break
    if (code === equal && equalAt < 0) equalAt = i
    else if (code === quote) i = closingQuote(text, i, end)
    else {
      const classes = classOf[code]!
      if ((classes & charClass.whiteSpace) !== 0) blank = true
      else if (equalAt < 0 && (classes & charClass.upperCase) !== 0) upperCase = true
    }
  }
  const nameEnd = equalAt < 0 ? i : equalAt
  const written = blank ? trimmed(text, start, nameEnd) : text.slice(start, nameEnd)
  const name = upperCase ? written.toLowerCase() : written
  if (name === '' || params.has(name)) return i
  const value = equalAt < 0 ? '' : blank ? trimmed(text, equalAt + 1, i) : text.slice(equalAt + 1, i)
  params.set(name, value)
  return i
}

function closingQuote(text: string, start: number, end: number): number {
  for (let i = start + 1; i < end; i++) {
    const code = text.charCodeAt(i)
    if (code === backslash) i++
    else if (code === quote) return i
  }
  return end - 1
}

export function writeParams(params: Params | undefined): string {
  if (params === undefined || params.size === 0) return ''
  let text = ''
  for (const [name, value] of params) text += value === '' ? `;${name}` : `;${name}=${value}`
  return text
}
