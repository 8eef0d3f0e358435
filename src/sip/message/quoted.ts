const quote = 0x22
const backslash = 0x5c

/** Index after the quoted string that opens at `start`; -1 when it is not closed before `end`. */
export function endOfQuoted(text: string, start: number, end = text.length): number {
  for (let i = start + 1; i < end; i++) {
    const code = text.charCodeAt(i)
    if (code === backslash) i++
    else if (code === quote) return i + 1
  }
  return -1
}

/** A quoted string without its quotes and escapes (RFC 3261 25.1 quoted-pair); other text as it is. */
export function unquoteString(text: string): string {
  if (text.charCodeAt(0) !== quote) return text
  const closed = text.length > 1 && text.charCodeAt(text.length - 1) === quote
  const inner = text.slice(1, closed ? -1 : undefined)
  return inner.includes('\\') ? inner.replace(/\\([\s\S])/g, '$1') : inner
}

/** `text` as a quoted string; controls are escaped too (RFC 3261 25.1 quoted-pair), CR and LF cannot be said. */
export const quoteString = (text: string): string => `"${text.replace(/["\\\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g, '\\$&')}"`

/** Folding and the white space around it become one space (RFC 3261 7.3.1). */
export const unfold = (text: string): string =>
  text.includes('\n')
    ? text
        .split('\n')
        .map((line) => line.trim())
        .join(' ')
    : text
