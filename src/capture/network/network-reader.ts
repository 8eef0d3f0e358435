import type { CapturedPacket } from '../captured-packet.js'
import { AddressBook } from './address-book.js'
import { Datagram, ipProtocol } from './datagram.js'
import { Defragmenter, type LostDatagram } from './defragmenter.js'
import { DuplicateFilter } from './duplicate-filter.js'
import { findIp, unreadName } from './link-layer.js'

/** Tunnels within tunnels that are followed. */
const deepest = 4
const greKeyBit = 0x2000
const greChecksumBit = 0x8000
const greSequenceBit = 0x1000
const greVersionMask = 0x0007
const ethernetBridging = 0x6558
const ethernetLink = 1

/** Who takes what IP carries. The datagram is valid only during the call. */
export interface NetworkUser {
  onUdp(datagram: Datagram): void
  onTcp(datagram: Datagram): void
  onIcmp(datagram: Datagram): void
  onLost(lost: LostDatagram): void
}

/** From frames to whole IP datagrams without copies: link layers, tunnels, fragments. */
export class NetworkReader {
  readonly book = new AddressBook()
  duplicates = 0
  readonly unread = new Map<string, number>()
  readonly #user: NetworkUser
  readonly #datagram = new Datagram()
  readonly #copies = new DuplicateFilter()
  readonly #fragments: Defragmenter

  constructor(user: NetworkUser) {
    this.#user = user
    this.#fragments = new Defragmenter((lost) => user.onLost(lost))
  }

  receive(packet: CapturedPacket): void {
    const at = findIp(packet.linkType, packet.bytes, packet.start, packet.end)
    const datagram = this.#datagram
    if (at < 0 || !datagram.read(packet.bytes, at, packet.end, this.book)) {
      this.#countUnread(
        at < 0 ? unreadName(packet.linkType, packet.bytes, packet.start, packet.end) : 'malformed IP header',
      )
      return
    }
    datagram.frame = packet.frame
    datagram.atMs = packet.atMs
    datagram.firstAtMs = packet.atMs
    datagram.interfaceIndex = packet.interfaceIndex
    datagram.clearTls = packet.clearTls
    if (packet.originalLength > packet.end - packet.start) datagram.cut ||= datagram.end === packet.end
    this.#open(datagram, 0)
  }

  end(): void {
    this.#fragments.end()
  }

  #open(datagram: Datagram, depth: number): void {
    if (!isTunnel(datagram) && this.#copies.isCopy(datagram)) {
      this.duplicates++
      return
    }
    if (datagram.isFragment && !this.#fragments.join(datagram)) return
    switch (datagram.protocol) {
      case ipProtocol.udp:
        this.#user.onUdp(datagram)
        break
      case ipProtocol.tcp:
        this.#user.onTcp(datagram)
        break
      case ipProtocol.icmp:
      case ipProtocol.icmpv6:
        this.#user.onIcmp(datagram)
        break
      case ipProtocol.ipv4:
      case ipProtocol.ipv6:
        this.#openInner(datagram, datagram.start, depth)
        break
      case ipProtocol.gre:
        this.#openInner(datagram, behindGre(datagram), depth)
        break
      default:
        this.#countUnread(`IP protocol ${datagram.protocol}`)
    }
  }

  #openInner(datagram: Datagram, at: number, depth: number): void {
    const { bytes, end, frames, firstAtMs } = datagram
    if (at < 0 || at >= end || depth === deepest || !datagram.read(bytes, at, end, this.book)) {
      this.#countUnread('tunnel')
      return
    }
    datagram.frames = frames
    datagram.firstAtMs = firstAtMs
    this.#open(datagram, depth + 1)
  }

  #countUnread(name: string): void {
    this.unread.set(name, (this.unread.get(name) ?? 0) + 1)
  }
}

const isTunnel = ({ protocol, isFragment }: Datagram): boolean =>
  !isFragment && (protocol === ipProtocol.ipv4 || protocol === ipProtocol.ipv6 || protocol === ipProtocol.gre)

/** RFC 2784, RFC 2890 and Ethernet in GRE: offset of the IP header within, or -1. */
function behindGre({ bytes, start, end }: Datagram): number {
  if (start + 4 > end) return -1
  const flags = bytes.readUInt16BE(start)
  if ((flags & greVersionMask) !== 0) return -1
  let at = start + 4
  for (const bit of [greChecksumBit, greKeyBit, greSequenceBit]) if ((flags & bit) !== 0) at += 4
  if (bytes.readUInt16BE(start + 2) !== ethernetBridging) return at
  return findIp(ethernetLink, bytes, at, end)
}
