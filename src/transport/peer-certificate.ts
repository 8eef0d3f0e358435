import type { PeerCertificate, TLSSocket } from 'node:tls'

/** As many servers as one run talks to; beyond it certificates are read again. */
const mostKnown = 64
/** By the octets of the certificate. */
const known = new Map<string, PeerCertificate>()

/**
 * Before Node.js asks whose certificate a server shows, it takes the whole chain apart, a fifth of what both ends of a
 * connection cost. Thousands of phones meet the same certificate, which is read once. Asking a socket for its
 * X509Certificate takes it out of the chain for good (Node.js 20 to 24), so each is asked only once.
 */
export function readCertificateOnce(socket: TLSSocket): void {
  let shown: PeerCertificate | undefined
  socket.getPeerCertificate = (): PeerCertificate & never => {
    // Without any, this is what Node.js gives.
    shown ??= certificateOf(socket) ?? ({} as PeerCertificate)
    return shown as PeerCertificate & never
  }
}

function certificateOf(socket: TLSSocket): PeerCertificate | undefined {
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined) return undefined
  const octets = certificate.raw.toString('latin1')
  let spelledOut = known.get(octets)
  if (spelledOut === undefined) {
    spelledOut = certificate.toLegacyObject()
    if (known.size === mostKnown) known.clear()
    known.set(octets, spelledOut)
  }
  return spelledOut
}
