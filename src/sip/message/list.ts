import { trimmed } from './char-class.js'
import { endOfQuoted } from './quoted.js'

const comma = 0x2c
const quote = 0x22
const open = 0x3c

/** Values between commas of one field value, trimmed; commas in quotes and in `<>` do not separate. */
export function splitList(value: string, into: string[] = []): string[] {
  let start = 0
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i)
    if (code === comma) {
      into.push(trimmed(value, start, i))
      start = i + 1
    } else if (code === quote) {
      const end = endOfQuoted(value, i)
      if (end < 0) break
      i = end - 1
    } else if (code === open) {
      const close = value.indexOf('>', i)
      if (close < 0) break
      i = close
    }
  }
  into.push(trimmed(value, start))
  return into
}
