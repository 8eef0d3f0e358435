/** RFC 6716 3.1: the lower two bits of the first byte say how many frames follow. */
const countCode = 0x03
/** Code 3: a byte with the number of frames comes next; its top bit says that their lengths differ. */
const manyFrames = 0x03
const lengthsDiffer = 0x80

/** Time that a packet plays for, in ms (RFC 6716 3.1 and 3.2); 0 for one without its frame count. */
export function packetMs(packet: Uint8Array): number {
  const toc = packet[0]
  if (toc === undefined) return 0
  const frames = [1, 2, 2, (packet[1] ?? 0) & 0x3f][toc & countCode] ?? 0
  return frames * frameMs(toc >> 3)
}

/** Table 2: SILK, then hybrid, then CELT. */
function frameMs(configuration: number): number {
  if (configuration < 12) return [10, 20, 40, 60][configuration & 3] ?? 0
  if (configuration < 16) return [10, 20][configuration & 1] ?? 0
  return [2.5, 5, 10, 20][configuration & 3] ?? 0
}

/**
 * One packet of several packets of one frame each, all of the same configuration (RFC 6716 3.2.5, code 3); returns its
 * length.
 */
export function joinFrames(packets: readonly Uint8Array[], into: Uint8Array): number {
  into[0] = ((packets[0]?.[0] ?? 0) & ~countCode) | manyFrames
  into[1] = lengthsDiffer | packets.length
  let at = 2
  for (const packet of packets.slice(0, -1)) at += writeLength(packet.length - 1, into, at)
  for (const packet of packets) {
    into.set(packet.subarray(1), at)
    at += packet.length - 1
  }
  return at
}

/** RFC 6716 3.2.1: one byte up to 251, else two. */
function writeLength(length: number, into: Uint8Array, at: number): number {
  if (length < 252) {
    into[at] = length
    return 1
  }
  into[at] = 252 + (length & 0x03)
  into[at + 1] = (length - (into[at] ?? 0)) >> 2
  return 2
}
