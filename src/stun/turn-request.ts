import { isIPv6 } from 'node:net'
import type { Address } from '../model/address.js'
import { attributeTypes, readXorAddress, uint32Value, writeXorAddress } from './stun-attribute.js'
import { type StunAttribute, type StunMessage, stunMethods } from './stun-message.js'

/** A request before it has its transaction id: some values depend on it. */
export interface TurnRequest {
  readonly method: number
  attributes(transactionId: string): readonly StunAttribute[]
}

/** IANA protocol number in the first octet (RFC 8656 18.8). */
const udpTransport = Buffer.from([17, 0, 0, 0])
/** RFC 8656 18.6. */
const ipv6Family = Buffer.from([2, 0, 0, 0])

/** A server's view of where a request came from (RFC 8489 12). */
export const bindingRequest: TurnRequest = { method: stunMethods.binding, attributes: () => [] }

/** An allocation over UDP, of the address family of who asks (RFC 8656 7.1). */
export const allocateRequest = (localHost: string): TurnRequest => ({
  method: stunMethods.allocate,
  attributes: () => [
    { type: attributeTypes.requestedTransport, value: udpTransport },
    ...(isIPv6(localHost) ? [{ type: attributeTypes.requestedAddressFamily, value: ipv6Family }] : []),
  ],
})

/** Keeps an allocation for its lifetime anew; 0 ends it (RFC 8656 8.1). */
export const refreshRequest = (lifetimeSeconds: number): TurnRequest => ({
  method: stunMethods.refresh,
  attributes: () => [{ type: attributeTypes.lifetime, value: uint32Value(lifetimeSeconds) }],
})

/** A channel to a peer, with the permission for its address (RFC 8656 12.1). */
export const channelBindRequest = (channel: number, peer: Address): TurnRequest => ({
  method: stunMethods.channelBind,
  attributes: (transactionId) => [
    { type: attributeTypes.channelNumber, value: uint32Value(channel << 16) },
    { type: attributeTypes.xorPeerAddress, value: writeXorAddress(peer, transactionId) },
  ],
})

/** The address in a response or an indication that one of the XOR attributes holds. */
export const addressIn = (
  { attributes, transactionId }: StunMessage,
  name: 'xorMappedAddress' | 'xorRelayedAddress' | 'xorPeerAddress',
): Address | undefined => readXorAddress(attributes.get(attributeTypes[name]), transactionId)

/** RFC 8656 18.2. */
export function lifetimeSecondsIn({ attributes }: StunMessage): number | undefined {
  const value = attributes.get(attributeTypes.lifetime)
  return value?.length === 4 ? value.readUInt32BE(0) : undefined
}
