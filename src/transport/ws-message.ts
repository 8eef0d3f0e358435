const version = Buffer.from('SIP/2.0', 'latin1')
const headEnd = Buffer.from('\r\n\r\n', 'latin1')
const lengthField = /\n(?:content-length|l)[ \t]*:[ \t]*(\d{1,9})[ \t]*\r\n/i
/** Either start line, at the place where a first message ends. */
const startLine = /^(?:\r\n)*(?:SIP\/2\.0 \d{3} |[A-Za-z0-9.!%*_+`'~-]+ [^ \r\n]+ SIP\/2\.0\r\n)/

/**
 * Where a second SIP message begins in one WebSocket message, which RFC 7118 5 forbids; -1 when there is none. Its body
 * may legitimately hold SIP (message/sipfrag), so Content-Length decides; without one the body ends with the message.
 */
export function secondMessageAt(bytes: Buffer): number {
  const bodyStart = bytes.indexOf(headEnd) + headEnd.length
  // Two searches by the engine are all that an ordinary message costs.
  if (bodyStart < headEnd.length || bodyStart === bytes.length || bytes.indexOf(version, bodyStart) < 0) return -1
  const length = lengthField.exec(bytes.toString('latin1', 0, bodyStart))?.[1]
  if (length === undefined) return -1
  const end = bodyStart + Number(length)
  if (end >= bytes.length) return -1
  return startLine.test(bytes.toString('latin1', end, end + longestStartLine)) ? end : -1
}

const longestStartLine = 2048
