/** RFC 6716 3.1: the lower two bits of the first byte say how many frames follow. */
const countCode = 0x03
/** Code 3: a byte with the number of frames comes next; its top bit says that their lengths differ. */
const manyFrames = 0x03
const lengthsDiffer = 0x80

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
