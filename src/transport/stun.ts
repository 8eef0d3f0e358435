import { randomBytes } from 'node:crypto'
import type { Address } from '../model/address.js'
import { attributeTypes, writeXorAddress } from '../stun/stun-attribute.js'
import { looksLikeStun, stunHeaderBytes, stunMethods, writeStun } from '../stun/stun-message.js'

/** The part of STUN (RFC 8489) that RFC 5626 8 needs to keep a UDP flow alive. */
const bindingRequest = 0x0001
const bindingSuccess = 0x0101
const bindingError = 0x0111

export type StunKind = 'request' | 'success' | 'error' | 'other'

/** No SIP message begins as STUN does; RFC 5626 8 tells the two apart the same way. */
export function stunKind(bytes: Buffer): StunKind | undefined {
  if (!looksLikeStun(bytes)) return undefined
  if (bytes.readUInt16BE(2) !== bytes.length - stunHeaderBytes) return 'other'
  switch (bytes.readUInt16BE(0)) {
    case bindingRequest:
      return 'request'
    case bindingSuccess:
      return 'success'
    case bindingError:
      return 'error'
    default:
      return 'other'
  }
}

export const writeBindingRequest = (): Buffer =>
  writeStun(
    { method: stunMethods.binding, messageClass: 'request', transactionId: randomBytes(12).toString('hex') },
    [],
  )

/** RFC 8489 14.2: the address the request came from. */
export function writeBindingSuccess(request: Buffer, from: Address): Buffer {
  const transactionId = request.toString('hex', 8, stunHeaderBytes)
  return writeStun({ method: stunMethods.binding, messageClass: 'success', transactionId }, [
    { type: attributeTypes.xorMappedAddress, value: writeXorAddress(from, transactionId) },
  ])
}
