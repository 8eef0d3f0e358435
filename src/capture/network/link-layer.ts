import { linkType } from '../captured-packet.js'

const etherType = { ipv4: 0x0800, ipv6: 0x86dd, mpls: 0x8847, mplsMulticast: 0x8848, pppoe: 0x8864 } as const
/** 802.1Q, 802.1ad and the numbers that were used before it. */
const vlanTags: readonly number[] = [0x8100, 0x88a8, 0x9100, 0x9200]
const pppProtocol = { ipv4: 0x0021, ipv6: 0x0057 } as const
/** Address families of the NULL and LOOP headers: AF_INET, and AF_INET6 of NetBSD, FreeBSD and Darwin. */
const families: readonly number[] = [2, 24, 28, 30]
const mplsBottom = 0x01

const names: Readonly<Record<number, string>> = {
  2054: 'ARP',
  34915: 'PPPoE discovery',
  32821: 'RARP',
  35020: 'LLDP',
  34958: 'EAPOL',
  35045: 'MACsec',
}

/** Offset of the IP header in the frame at `start`, or -1: then `unreadName` tells what the frame is. */
export function findIp(link: number, bytes: Buffer, start: number, end: number): number {
  switch (link) {
    case linkType.ethernet:
      return behindEtherType(bytes, start + 12, end)
    case linkType.sll:
      return behindEtherType(bytes, start + 14, end)
    case linkType.sll2:
      return end - start < 20 ? -1 : behindType(bytes, bytes.readUInt16BE(start), start + 20, end)
    case linkType.raw:
    case linkType.rawBsd:
    case linkType.rawOpenBsd:
    case linkType.ipv4:
    case linkType.ipv6:
      return end > start ? start : -1
    case linkType.null:
    case linkType.loop:
      return behindFamily(bytes, start, end)
    default:
      return -1
  }
}

export function unreadName(link: number, bytes: Buffer, start: number, end: number): string {
  const at = { [linkType.ethernet]: 12, [linkType.sll]: 14, [linkType.sll2]: 0 }[link]
  if (at === undefined) return isKnown(link) ? 'no IP' : `link type ${link}`
  if (end - start < at + 2) return 'too short'
  const type = bytes.readUInt16BE(start + at)
  if (type < 0x0600) return 'LLC'
  return names[type] ?? `EtherType 0x${type.toString(16).padStart(4, '0')}`
}

const isKnown = (link: number): boolean => (Object.values(linkType) as number[]).includes(link)

const behindEtherType = (bytes: Buffer, at: number, end: number): number =>
  end < at + 2 ? -1 : behindType(bytes, (bytes[at]! << 8) | bytes[at + 1]!, at + 2, end)

/** Follows tags, labels and PPPoE from the header that `type` announces at `at`. */
function behindType(bytes: Buffer, type: number, at: number, end: number): number {
  if (type === etherType.ipv4 || type === etherType.ipv6) return at < end ? at : -1
  if (vlanTags.includes(type)) return behindEtherType(bytes, at + 2, end)
  if (type === etherType.mpls || type === etherType.mplsMulticast) return behindLabels(bytes, at, end)
  if (type !== etherType.pppoe || end < at + 9) return -1
  const protocol = bytes.readUInt16BE(at + 6)
  return protocol === pppProtocol.ipv4 || protocol === pppProtocol.ipv6 ? at + 8 : -1
}

/** The last label has the bottom bit; what follows is IP when its first nibble says so. */
function behindLabels(bytes: Buffer, from: number, end: number): number {
  let at = from
  while (at + 4 < end) {
    const bottom = (bytes[at + 2]! & mplsBottom) !== 0
    at += 4
    if (bottom) return bytes[at]! >> 4 === 4 || bytes[at]! >> 4 === 6 ? at : -1
  }
  return -1
}

/** The family is in the byte order of the capturing host (NULL) or of the network (LOOP). */
function behindFamily(bytes: Buffer, start: number, end: number): number {
  if (end - start < 5) return -1
  const isFamily = families.includes(bytes.readUInt32LE(start)) || families.includes(bytes.readUInt32BE(start))
  return isFamily ? start + 4 : -1
}
