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

export interface CheckParts {
  /** `remote ufrag:local ufrag` (RFC 8445 7.2.2). */
  readonly username: string
  readonly remotePassword: string
  readonly tieBreaker: bigint
}

/**
 * Writes the connectivity checks of one agent to one far side (RFC 8445 7.2.2). PRIORITY is that of the peer-reflexive
 * candidate that a check may reveal (7.1.1). What all of them have is made once: consent takes one every few seconds.
 */
export class CheckWriter {
  /** By which the far side vouches for its answers too. */
  readonly remoteKey: Buffer
  readonly #username: StunAttribute
  readonly #tieBreaker: Buffer

  constructor({ username, remotePassword, tieBreaker }: CheckParts) {
    this.remoteKey = Buffer.from(remotePassword)
    this.#username = { type: attributeTypes.username, value: Buffer.from(username) }
    this.#tieBreaker = Buffer.alloc(8)
    this.#tieBreaker.writeBigUInt64BE(tieBreaker)
  }

  write(transactionId: string, controlling: boolean, nominating: boolean): Buffer {
    const role = controlling ? attributeTypes.iceControlling : attributeTypes.iceControlled
    const attributes = [this.#username, priority, { type: role, value: this.#tieBreaker }]
    if (nominating) attributes.push({ type: attributeTypes.useCandidate, value: Buffer.alloc(0) })
    const head = { method: stunMethods.binding, messageClass: 'request', transactionId } as const
    return writeStun(head, attributes, this.remoteKey)
  }
}

const priority: StunAttribute = { type: attributeTypes.priority, value: uint32Value(candidatePriority('prflx')) }

/** RFC 8445 7.3: where the request came from, under our own password. */
export function writeCheckAnswer(request: StunMessage, from: Address, localKey: Buffer): Buffer {
  const { transactionId } = request
  return writeStun(
    { method: stunMethods.binding, messageClass: 'success', transactionId },
    [{ type: attributeTypes.xorMappedAddress, value: writeXorAddress(from, transactionId) }],
    localKey,
  )
}

const reasons = { 400: 'Bad Request', 401: 'Unauthenticated', 487: 'Role Conflict' } as const

/** Without `localKey` nothing vouches for the answer, as RFC 8489 9.1.3 wants it for 400 and 401. */
export function writeCheckRefusal(request: StunMessage, code: keyof typeof reasons, localKey?: Buffer): Buffer {
  const head = { method: stunMethods.binding, messageClass: 'error', transactionId: request.transactionId } as const
  const attributes = [{ type: attributeTypes.errorCode, value: writeErrorCode(code, reasons[code]) }]
  return writeStun(head, attributes, localKey, true)
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
