import type { Address } from '../../../model/address.js'
import {
  attributeTypes,
  readXorAddress,
  uint32Value,
  writeErrorCode,
  writeXorAddress,
} from '../../../stun/stun-attribute.js'
import { type StunAttribute, type StunMessage, stunMethods, writeStun } from '../../../stun/stun-message.js'
import { candidatePriority } from './candidate.js'

export interface CheckRequest {
  readonly transactionId: string
  /** `remote ufrag:local ufrag` (RFC 8445 7.2.2). */
  readonly username: string
  readonly remotePassword: string
  readonly controlling: boolean
  readonly tieBreaker: bigint
  readonly nominating: boolean
}

/** A connectivity check (RFC 8445 7.2.2); PRIORITY is that of the peer-reflexive candidate it may reveal (7.1.1). */
export function writeCheck(request: CheckRequest): Buffer {
  const tieBreaker = Buffer.alloc(8)
  tieBreaker.writeBigUInt64BE(request.tieBreaker)
  const attributes: StunAttribute[] = [
    { type: attributeTypes.username, value: Buffer.from(request.username) },
    { type: attributeTypes.priority, value: uint32Value(candidatePriority('prflx')) },
    { type: request.controlling ? attributeTypes.iceControlling : attributeTypes.iceControlled, value: tieBreaker },
  ]
  if (request.nominating) attributes.push({ type: attributeTypes.useCandidate, value: Buffer.alloc(0) })
  const head = { method: stunMethods.binding, messageClass: 'request', transactionId: request.transactionId } as const
  return writeStun(head, attributes, Buffer.from(request.remotePassword))
}

/** RFC 8445 7.3: where the request came from, under our own password. */
export function writeCheckAnswer(request: StunMessage, from: Address, localPassword: string): Buffer {
  const { transactionId } = request
  return writeStun(
    { method: stunMethods.binding, messageClass: 'success', transactionId },
    [{ type: attributeTypes.xorMappedAddress, value: writeXorAddress(from, transactionId) }],
    Buffer.from(localPassword),
  )
}

const reasons = { 400: 'Bad Request', 401: 'Unauthenticated', 487: 'Role Conflict' } as const

/** Without `localPassword` nothing vouches for the answer, as RFC 8489 9.1.3 wants it for 400 and 401. */
export function writeCheckRefusal(request: StunMessage, code: keyof typeof reasons, localPassword?: string): Buffer {
  const head = { method: stunMethods.binding, messageClass: 'error', transactionId: request.transactionId } as const
  const attributes = [{ type: attributeTypes.errorCode, value: writeErrorCode(code, reasons[code]) }]
  return writeStun(head, attributes, localPassword === undefined ? undefined : Buffer.from(localPassword), true)
}

/** The role that a request claims, with its tie-breaker (RFC 8445 7.3.1.1). */
export function claimedRole({ attributes }: StunMessage): { controlling: boolean; tieBreaker: bigint } | undefined {
  const controlling = attributes.get(attributeTypes.iceControlling)
  const value = controlling ?? attributes.get(attributeTypes.iceControlled)
  if (value?.length !== 8) return undefined
  return { controlling: controlling !== undefined, tieBreaker: value.readBigUInt64BE(0) }
}

export const mappedAddressOf = (message: StunMessage): Address | undefined =>
  readXorAddress(message.attributes.get(attributeTypes.xorMappedAddress), message.transactionId)
