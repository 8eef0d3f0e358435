import { createHash } from 'node:crypto'
import { after } from '../../../../src/base/clock.js'
import type { VirtualClock } from '../../../../src/base/virtual-clock.js'
import { attributeTypes, uint32Value, writeErrorCode, writeXorAddress } from '../../../../src/stun/stun-attribute.js'
import {
  hasIntegrity,
  readStun,
  type StunAttribute,
  type StunMessage,
  stunMethods,
  writeStun,
} from '../../../../src/stun/stun-message.js'

export const relayed = { host: '192.0.2.7', port: 50_000 }
export const mapped = { host: '203.0.113.5', port: 40_000 }
const realm = 'test'
const roundTripMs = 10

/** A TURN server of the test on a virtual clock: remembers what it was asked, and answers as it is told to. */
export class TurnServer {
  readonly clock: VirtualClock
  /** Requests that it took, with the time. */
  readonly taken: { readonly atMs: number; readonly message: StunMessage }[] = []
  /** Datagrams that are no STUN. */
  readonly data: Buffer[] = []
  silent = false
  nonce = 'nonce-1'
  lifetimeSeconds = 600
  /** Channels to these ports are refused. */
  forbidden: readonly number[] = []
  /** Success without MESSAGE-INTEGRITY. */
  unproven = false
  deliver: (message: StunMessage) => void = () => {}
  readonly #key = createHash('md5').update(`anna:${realm}:right`).digest()

  constructor(clock: VirtualClock) {
    this.clock = clock
  }

  receive(datagram: Buffer): void {
    const message = readStun(datagram)
    if (!message) this.data.push(datagram)
    else if (!this.silent) this.#answer(message)
  }

  methods(): number[] {
    return this.taken.map(({ message }) => message.method)
  }

  #answer(message: StunMessage): void {
    const { attributes } = message
    if (message.method === stunMethods.binding) {
      this.#succeed(message, [this.#address(attributeTypes.xorMappedAddress, mapped, message)], undefined)
      return
    }
    if (!attributes.has(attributeTypes.username) || !hasIntegrity(message, this.#key)) this.#challenge(message, 401)
    else if (attributes.get(attributeTypes.nonce)?.toString() !== this.nonce) this.#challenge(message, 438)
    else this.#take(message)
  }

  #take(message: StunMessage): void {
    this.taken.push({ atMs: this.clock.nowMs(), message })
    const lifetime = { type: attributeTypes.lifetime, value: uint32Value(this.lifetimeSeconds) }
    if (message.method === stunMethods.allocate) {
      this.#succeed(message, [
        this.#address(attributeTypes.xorRelayedAddress, relayed, message),
        this.#address(attributeTypes.xorMappedAddress, mapped, message),
        lifetime,
      ])
    } else if (message.method === stunMethods.refresh) this.#succeed(message, [lifetime])
    else if (this.#isForbidden(message)) this.#refuse(message, 403, 'Forbidden', [])
    else this.#succeed(message, [])
  }

  #isForbidden({ attributes }: StunMessage): boolean {
    const port = (attributes.get(attributeTypes.xorPeerAddress)?.readUInt16BE(2) ?? 0) ^ 0x2112
    return this.forbidden.includes(port)
  }

  #address(type: number, address: { host: string; port: number }, { transactionId }: StunMessage): StunAttribute {
    return { type, value: writeXorAddress(address, transactionId) }
  }

  #challenge(message: StunMessage, code: number): void {
    this.#refuse(message, code, code === 401 ? 'Unauthorized' : 'Stale Nonce', [
      { type: attributeTypes.realm, value: Buffer.from(realm) },
      { type: attributeTypes.nonce, value: Buffer.from(this.nonce) },
    ])
  }

  #refuse({ method, transactionId }: StunMessage, code: number, reason: string, more: StunAttribute[]): void {
    const attributes = [{ type: attributeTypes.errorCode, value: writeErrorCode(code, reason) }, ...more]
    this.#send(writeStun({ method, messageClass: 'error', transactionId }, attributes))
  }

  #succeed({ method, transactionId }: StunMessage, attributes: StunAttribute[], key: Buffer | undefined = this.#key) {
    this.#send(
      writeStun({ method, messageClass: 'success', transactionId }, attributes, this.unproven ? undefined : key),
    )
  }

  #send(bytes: Buffer): void {
    const message = readStun(bytes)
    if (message) after(this.clock, roundTripMs, () => this.deliver(message))
  }
}
