import { charClass, hasClass } from './char-class.js'

/**
 * The two values that every message is matched by, read from the usual forms without taking the whole field apart.
 * `undefined` means that the form is not the usual one: then the parsers know.
 */

const tagMark = ';tag='
const branchMark = ';branch='
const semicolon = 0x3b

/** The tag of `<uri>;tag=value` without a quoted display name and with no other parameter; '' for `<uri>` alone. */
export function plainTag(value: string): string | undefined {
  if (value.includes('"')) return undefined
  const closeAt = value.indexOf('>')
  if (closeAt < 0) return undefined
  if (closeAt === value.length - 1) return ''
  if (!value.startsWith(tagMark, closeAt + 1)) return undefined
  const start = closeAt + 1 + tagMark.length
  return endOfToken(value, start) === value.length ? value.slice(start) : undefined
}

/** The branch of a Via value whose `branch` is a token. */
export function plainBranch(value: string): string | undefined {
  const markAt = value.indexOf(branchMark)
  if (markAt < 0 || value.indexOf(';') < markAt) return undefined
  const start = markAt + branchMark.length
  const end = endOfToken(value, start)
  return end === value.length || value.charCodeAt(end) === semicolon ? value.slice(start, end) : undefined
}

function endOfToken(value: string, start: number): number {
  let at = start
  while (at < value.length && hasClass(value.charCodeAt(at), charClass.token)) at++
  return at
}
