import type { DtlsClient } from 'werift'

/**
 * |type (1)| version (2) | epoch (2) | sequence number (6) | length (2) | fragment ...   (RFC 6347 4.1)
 */
const headerBytes = 13
const alertType = 21
const handshakeType = 22
/** DTLS 1.2 is 254.253. */
const version = 0xfefd
const warning = 1
const fatal = 2
const closeNotifyCode = 0

/** RFC 7983 7. */
export const looksLikeDtls = (bytes: Uint8Array): boolean =>
  bytes.length >= headerBytes && (bytes[0] ?? 0) >= 20 && (bytes[0] ?? 0) <= 63

export function recordKind(bytes: Buffer): 'fatal-alert' | 'handshake' | 'other' {
  if (bytes.length < headerBytes + 2) return 'other'
  const inClear = bytes.readUInt16BE(3) === 0
  if (bytes[0] === alertType && inClear && bytes[headerBytes] === fatal) return 'fatal-alert'
  return bytes[0] === handshakeType ? 'handshake' : 'other'
}

/** An encrypted close_notify of epoch 1, which werift does not send by itself. */
export function closeNotify(cipher: DtlsClient['cipher'], sequenceNumber: number): Buffer {
  const alert = Buffer.from([warning, closeNotifyCode])
  const epoch = 1
  const header = { type: alertType, version, epoch, sequenceNumber }
  const fragment: Buffer = cipher.cipher.encrypt(cipher.sessionType, alert, header)
  const bytes = Buffer.alloc(headerBytes + fragment.length)
  bytes.writeUInt8(alertType, 0)
  bytes.writeUInt16BE(version, 1)
  bytes.writeUInt16BE(epoch, 3)
  bytes.writeUIntBE(sequenceNumber, 5, 6)
  bytes.writeUInt16BE(fragment.length, 11)
  fragment.copy(bytes, headerBytes)
  return bytes
}
