import { verify, X509Certificate } from 'node:crypto'

/** A handshake message as it was received or sent. */
export interface HandshakeMessage {
  readonly msg_type: number
  readonly fragment: Buffer
  serialize(): Buffer
}

/** RFC 5246 7.4. */
const serverKeyExchange = 12
const certificateVerify = 15
/** The one hash that our handshakes offer. */
const hash = 'sha256'

/**
 * Whether the far side has shown that it owns the key of its certificate, without which a fingerprint proves nothing:
 * a client by signing the handshake so far (RFC 5246 7.4.8), a server by signing its key share (RFC 8422 5.4).
 */
export function provesCertificate(
  role: 'client' | 'server',
  certificateDer: Buffer,
  messages: readonly HandshakeMessage[],
  randoms: { readonly client: Buffer; readonly server: Buffer },
): boolean {
  const wanted = role === 'client' ? certificateVerify : serverKeyExchange
  const index = messages.findIndex((message) => message.msg_type === wanted)
  const body = messages[index]?.fragment
  if (!body) return false
  const signed =
    role === 'client'
      ? { covered: Buffer.concat(messages.slice(0, index).map((message) => message.serialize())), at: 2 }
      : signedKeyShare(body, randoms)
  if (body.length < signed.at + 2) return false
  const signature = body.subarray(signed.at + 2, signed.at + 2 + body.readUInt16BE(signed.at))
  try {
    return verify(hash, signed.covered, new X509Certificate(certificateDer).publicKey, signature)
  } catch {
    return false
  }
}

/** curve type (1), named curve (2), length (1), point, then algorithm (2), length (2) and signature. */
function signedKeyShare(body: Buffer, { client, server }: { client: Buffer; server: Buffer }) {
  const end = 4 + (body[3] ?? 0)
  return { covered: Buffer.concat([client, server, body.subarray(0, end)]), at: end + 2 }
}
