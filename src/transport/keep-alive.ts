/** RFC 5626 4.4.1: the client's "ping" and the server's "pong". */
export const crlfPing = Buffer.from('\r\n\r\n', 'latin1')
export const crlfPong = Buffer.from('\r\n', 'latin1')

const CR = 13
const LF = 10
const NUL = 0

/** Whether a datagram or a WebSocket message holds nothing but line ends and zero octets, or nothing at all. */
export function isKeepAlive(bytes: Uint8Array): boolean {
  // Almost every message starts with a letter: one comparison.
  for (let i = 0; i < bytes.length; i++) {
    const octet = bytes[i]
    if (octet !== CR && octet !== LF && octet !== NUL) return false
  }
  return true
}
