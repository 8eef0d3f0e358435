import type { Address } from '../../model/address.js'
import { longestPayload, tcpFlags, tcpPacket } from './ip-packet.js'
import { type MessageUnits, SipUnits, WebSocketUnits } from './message-units.js'
import type { ConnectionUser } from './traffic-user.js'

/** Who sent something: the end that opened the connection, or the other. */
export type Sender = 'client' | 'server'

/** Takes IP packets with their times, and who sent them. */
export type PacketUser = (atMs: number, packet: Buffer, sender: Sender) => void

/** Decides of each message, by its Call-ID ('' when it has none), whether and when it is written. */
export interface MessageHold {
  hold(callId: string, bytes: number, write: () => void): void
}

const noBytes = Buffer.alloc(0)
/** Any number will do: both ends begin far from where numbers wrap. */
const firstSequence = { client: 1000, server: 2000 } as const
const otherOf = (sender: Sender): Sender => (sender === 'client' ? 'server' : 'client')

/**
 * The octets of one connection as TCP segments with numbers that fit together, as if the connection had been captured:
 * what TLS had encrypted is in clear, and what is left out leaves no hole in the numbers.
 */
export class ConnectionWriter implements ConnectionUser {
  readonly #ends: Readonly<Record<Sender, Address>>
  readonly #user: PacketUser
  readonly #next: Record<Sender, number> = { ...firstSequence }
  readonly #units: Readonly<Record<Sender, MessageUnits>> | undefined
  #identification = 0
  #atMs = 0
  #ended: Record<Sender, boolean> = { client: false, server: false }

  /** With `hold`, messages of calls wait there until it is known how the calls went. */
  constructor(
    atMs: number,
    ends: Readonly<Record<Sender, Address>>,
    webSocket: boolean,
    user: PacketUser,
    hold: MessageHold | undefined,
  ) {
    this.#ends = ends
    this.#user = user
    const Units = webSocket ? WebSocketUnits : SipUnits
    const units = (sender: Sender, calls: MessageHold): MessageUnits =>
      new Units((bytes, callId) => {
        const [atUnitMs, copy] = [this.#atMs, Buffer.from(bytes)]
        calls.hold(callId, copy.length, () => this.#send(atUnitMs, sender, copy))
      })
    this.#units = hold && { client: units('client', hold), server: units('server', hold) }
    this.#open(atMs)
  }

  octets(atMs: number, sender: Sender, bytes: Buffer): void {
    this.#atMs = atMs
    if (this.#units) this.#units[sender].push(bytes)
    else this.#send(atMs, sender, bytes)
  }

  /** The sender will send no more. */
  end(atMs: number, sender: Sender): void {
    if (this.#ended[sender]) return
    this.#ended[sender] = true
    this.#segment(atMs, sender, noBytes, tcpFlags.fin | tcpFlags.acknowledge)
    this.#advance(sender, 1)
  }

  #open(atMs: number): void {
    this.#segment(atMs, 'client', noBytes, tcpFlags.syn)
    this.#advance('client', 1)
    this.#segment(atMs, 'server', noBytes, tcpFlags.syn | tcpFlags.acknowledge)
    this.#advance('server', 1)
    this.#segment(atMs, 'client', noBytes, tcpFlags.acknowledge)
  }

  #send(atMs: number, sender: Sender, bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += longestPayload) {
      const part = bytes.subarray(at, at + longestPayload)
      this.#segment(atMs, sender, part, tcpFlags.acknowledge | tcpFlags.push)
      this.#advance(sender, part.length)
    }
  }

  #segment(atMs: number, sender: Sender, payload: Buffer, flags: number): void {
    const acknowledgement = (flags & tcpFlags.acknowledge) === 0 ? 0 : this.#next[otherOf(sender)]
    const fields = { sequence: this.#next[sender], acknowledgement, flags }
    const [from, to] = [this.#ends[sender], this.#ends[otherOf(sender)]]
    this.#user(atMs, tcpPacket(from, to, fields, payload, ++this.#identification), sender)
  }

  #advance(sender: Sender, octets: number): void {
    this.#next[sender] = (this.#next[sender] + octets) >>> 0
  }
}
