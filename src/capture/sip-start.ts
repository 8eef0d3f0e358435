/** A start-line that is looked for is no longer than this. */
const longestLine = 4096
const usualLine = 128
const lf = 0x0a
const cr = 0x0d
const space = 0x20

/** What the first octets of a datagram, a stream or a WebSocket message can be. */
export type Beginning = 'sip' | 'keep-alive' | 'other' | 'undecided'

/** A method or `SIP` at the start, and `SIP/` with a digit anywhere in the first line: lenient, since rules judge it. */
const startLine = /^(?:SIP\/\d|[!%'*+\-.0-9A-Z_`a-z~]+[ \t].*SIP\/\d)/i

/** A start-line at the start of any line, strict enough not to be found within bodies. */
const laterStartLine =
  /(?:^|\n)(?=(?:[A-Z][A-Z0-9_-]{2,30} [a-z][a-z0-9+.-]*:[^ \r\n]* SIP\/2\.0|SIP\/2\.0 [1-6]\d\d [^\r\n]*)\r?\n)/

/** Offset behind leading CRLFs (RFC 3261 7.5). */
export function behindLineEnds(bytes: Buffer, start = 0, end = bytes.length): number {
  let at = start
  while (at < end && (bytes[at] === cr || bytes[at] === lf)) at++
  return at
}

/** `undecided` while the first line is not complete and may yet be SIP. */
export function beginningOf(bytes: Buffer, start = 0, end = bytes.length): Beginning {
  const from = behindLineEnds(bytes, start, end)
  if (from === end) return 'keep-alive'
  if (!isTokenOctet(bytes[from]!)) return 'other'
  const lineEnd = endOfLine(bytes, from, end)
  if (lineEnd > 0 && isUsualLine(bytes, from, lineEnd)) return 'sip'
  const to = Math.min(lineEnd < 0 ? end : lineEnd, from + longestLine)
  if (startLine.test(bytes.toString('latin1', from, to))) return 'sip'
  return lineEnd < 0 && end - from < longestLine && isText(bytes, from, end) ? 'undecided' : 'other'
}

/** Where the first LF is, or -1. Most lines end sooner than a search from outside begins. */
function endOfLine(bytes: Buffer, from: number, end: number): number {
  const near = Math.min(end, from + usualLine)
  for (let at = from; at < near; at++) if (bytes[at] === lf) return at
  const lfAt = near === end ? -1 : bytes.indexOf(lf, near)
  return lfAt < end ? lfAt : -1
}

/** Offset of the next line that is a start-line, or -1. */
export function findStartLine(bytes: Buffer): number {
  const match = laterStartLine.exec(bytes.toString('latin1'))
  return match === null ? -1 : match.index + match[0].length
}

/** A line that ends or begins with `SIP/2.0` and is otherwise what `startLine` takes: nearly all of them. */
function isUsualLine(bytes: Buffer, from: number, lineEnd: number): boolean {
  if (isVersion(bytes, from) && bytes[from + 7] === space) return true
  let at = from
  while (bytes[at]! >= 0x41 && bytes[at]! <= 0x5a) at++
  return at > from && bytes[at] === space && bytes[lineEnd - 9] === space && isVersion(bytes, lineEnd - 8)
}

const version = Buffer.from('SIP/2.0')

function isVersion(bytes: Buffer, at: number): boolean {
  for (let index = 0; index < version.length; index++) if (bytes[at + index] !== version[index]) return false
  return true
}

/** Methods begin with a token character. */
const isTokenOctet = (octet: number): boolean =>
  (octet >= 0x41 && octet <= 0x5a) ||
  (octet >= 0x61 && octet <= 0x7a) ||
  (octet >= 0x2a && octet <= 0x39) ||
  octet === 0x21

function isText(bytes: Buffer, from: number, end: number): boolean {
  for (let at = from; at < end; at++) if (bytes[at]! < 0x20 && bytes[at] !== 0x09 && bytes[at] !== cr) return false
  return true
}
