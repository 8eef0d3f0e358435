import type { Address } from '../../model/address.js'
import { ConnectionWriter, type MessageHold, type Sender } from './connection-writer.js'
import { udpPacket } from './ip-packet.js'
import { callIdOf } from './message-units.js'
import type { ConnectionKind, ConnectionUser, TrafficUser } from './traffic-user.js'

/** Takes an IP packet; `clearTls`: the TCP in it travelled in TLS and is here in clear. */
export type PacketUser = (atMs: number, packet: Buffer, clearTls: boolean) => void

/** Traffic as IP packets: all of it, or a share of the Call-IDs with all their messages. */
export class SampledPackets implements TrafficUser {
  readonly #user: PacketUser
  readonly #sample: MessageHold | undefined
  #identification = 0

  /** `share` of the Call-IDs, 0 to 1. */
  constructor(share: number, user: PacketUser) {
    this.#user = user
    if (share >= 1) return
    this.#sample = {
      hold: (callId, _bytes, write) => {
        if (callId === '' || placeOf(callId) < share) write()
      },
    }
  }

  datagram(atMs: number, source: Address, destination: Address, bytes: Uint8Array, sent: boolean): void {
    const write = (): void => {
      const packet = udpPacket(source, destination, bytes, ++this.#identification)
      this.#user(atMs, sent ? packet : routed(packet), false)
    }
    if (this.#sample === undefined) write()
    else this.#sample.hold(callIdOf(Buffer.from(bytes)), bytes.length, write)
  }

  connection(
    atMs: number,
    ends: Readonly<Record<Sender, Address>>,
    { secure, webSocket, ours }: ConnectionKind,
  ): ConnectionUser {
    const user = (packetMs: number, packet: Buffer, sender: Sender): void =>
      this.#user(packetMs, sender === ours ? packet : routed(packet), secure)
    return new ConnectionWriter(atMs, ends, webSocket, user, this.#sample)
  }
}

/** With a hop count that is no fresh one: nothing shows how far the other side is. */
function routed(packet: Buffer): Buffer {
  packet[packet[0]! >> 4 === 4 ? 8 : 7]! -= 1
  return packet
}

/** Where a Call-ID stands between 0 and 1, by FNV-1a: the same text always at the same place. */
function placeOf(callId: string): number {
  let hash = 0x811c_9dc5
  for (let at = 0; at < callId.length; at++) hash = Math.imul(hash ^ callId.charCodeAt(at), 0x0100_0193)
  // The low bits of FNV-1a are the good ones.
  return ((hash ^ (hash >>> 16)) & 0xffff) / 0x1_0000
}
