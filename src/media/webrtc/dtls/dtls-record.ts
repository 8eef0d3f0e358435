import type { DtlsClient } from 'werift'

/**
 * |type (1)| version (2) | epoch (2) | sequence number (6) | length (2) | fragment ...   (RFC 6347 4.1)
 */
export const headerBytes = 13
const alertType = 21
const handshakeType = 22
/** DTLS 1.2 is 254.253. */
const version = 0xfefd
const warning = 1
const fatal = 2
const closeNotifyCode = 0
/** Of all that is encrypted: there is no renegotiation. */
const epoch = 1

type SessionType = DtlsClient['cipher']['sessionType']
/** werift: the client is 1, the server 2. */
const otherSide = (side: SessionType): SessionType => (side === 1 ? 2 : 1)

/** RFC 7983 7. */
export const looksLikeDtls = (bytes: Uint8Array): boolean =>
  bytes.length >= headerBytes && (bytes[0] ?? 0) >= 20 && (bytes[0] ?? 0) <= 63

/** Whether the first record is all there. */
export const isWholeRecord = (bytes: Buffer): boolean =>
  bytes.length >= headerBytes && headerBytes + bytes.readUInt16BE(headerBytes - 2) <= bytes.length

export function recordKind(bytes: Buffer): 'fatal-alert' | 'handshake' | 'other' {
  if (bytes.length < headerBytes + 2) return 'other'
  const inClear = bytes.readUInt16BE(3) === 0
  if (bytes[0] === alertType && inClear && bytes[headerBytes] === fatal) return 'fatal-alert'
  return bytes[0] === handshakeType ? 'handshake' : 'other'
}

/** A record in clear under another number: nothing in it depends on the number. */
export function renumbered(record: Buffer, sequenceNumber: number): Buffer {
  const bytes = Buffer.from(record)
  bytes.writeUIntBE(sequenceNumber, 5, 6)
  return bytes
}

/** An encrypted record of ours under another number, which is part of its nonce and of what is authenticated. */
export function resealed(cipher: DtlsClient['cipher'], record: Buffer, sequenceNumber: number): Buffer {
  const type = record.readUInt8(0)
  const header = { type, version, epoch, sequenceNumber: record.readUIntBE(5, 6) }
  // werift decrypts with the keys of the side that it is not.
  const plain: Buffer = cipher.cipher.decrypt(otherSide(cipher.sessionType), record.subarray(headerBytes), header)
  return sealed(cipher, type, plain, sequenceNumber)
}

/** An encrypted close_notify, which werift does not send by itself. */
export const closeNotify = (cipher: DtlsClient['cipher'], sequenceNumber: number): Buffer =>
  sealed(cipher, alertType, Buffer.from([warning, closeNotifyCode]), sequenceNumber)

function sealed(cipher: DtlsClient['cipher'], type: number, plain: Buffer, sequenceNumber: number): Buffer {
  const header = { type, version, epoch, sequenceNumber }
  const fragment: Buffer = cipher.cipher.encrypt(cipher.sessionType, plain, header)
  const bytes = Buffer.alloc(headerBytes + fragment.length)
  bytes.writeUInt8(type, 0)
  bytes.writeUInt16BE(version, 1)
  bytes.writeUInt16BE(epoch, 3)
  bytes.writeUIntBE(sequenceNumber, 5, 6)
  bytes.writeUInt16BE(fragment.length, 11)
  fragment.copy(bytes, headerBytes)
  return bytes
}
