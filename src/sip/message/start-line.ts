import { isDigits } from './char-class.js'

/** A start line read leniently: several spaces separate like one. */
export interface StartLine {
  readonly isRequest: boolean
  readonly method: string
  readonly requestUri: string
  readonly status: number
  readonly reason: string
  readonly version: string
}

/** RFC 3261 7.1, 7.2. A line that is neither has an empty method and status 0 and counts as a request. */
export function parseStartLine(line: string): StartLine {
  return isStatusLine(line) ? parseStatusLine(line) : parseRequestLine(line)
}

const isStatusLine = (line: string): boolean =>
  line.charCodeAt(3) === 0x2f && (line.startsWith('SIP/') || line.slice(0, 4).toUpperCase() === 'SIP/')

function parseStatusLine(line: string): StartLine {
  const versionEnd = endOfWord(line, 0)
  const codeStart = afterSpaces(line, versionEnd)
  const codeEnd = endOfWord(line, codeStart)
  const code = line.slice(codeStart, codeEnd)
  const status = code.length <= 9 && isDigits(code) ? Number(code) : 0
  return {
    isRequest: false,
    method: '',
    requestUri: '',
    status,
    reason: line.slice(codeEnd).trim(),
    version: line.slice(0, versionEnd),
  }
}

function parseRequestLine(line: string): StartLine {
  const methodEnd = endOfWord(line, 0)
  const uriStart = afterSpaces(line, methodEnd)
  const lineEnd = line.trimEnd().length
  const lastSpace = line.lastIndexOf(' ', lineEnd - 1)
  // What stands after the last space is the version; a request line without one is all URI.
  const hasVersion = lastSpace >= uriStart && line.slice(lastSpace + 1, lastSpace + 5).toUpperCase() === 'SIP/'
  return {
    isRequest: true,
    method: line.slice(0, methodEnd),
    requestUri: line.slice(uriStart, hasVersion ? lastSpace : lineEnd).trim(),
    status: 0,
    reason: '',
    version: hasVersion ? line.slice(lastSpace + 1, lineEnd) : '',
  }
}

function endOfWord(line: string, start: number): number {
  const space = line.indexOf(' ', start)
  return space < 0 ? line.length : space
}

function afterSpaces(line: string, start: number): number {
  let at = start
  while (line.charCodeAt(at) === 0x20) at++
  return at
}

export const writeRequestLine = (method: string, requestUri: string): string => `${method} ${requestUri} SIP/2.0\r\n`

export const writeStatusLine = (status: number, reason: string): string => `SIP/2.0 ${status} ${reason}\r\n`
