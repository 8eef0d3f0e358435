/** Puts a packet of `length` bytes into the buffer where it is worked on, which may be its own. */
export function copyPacket(packet: Uint8Array, length: number, into: Uint8Array): void {
  if (packet !== into) into.set(packet.length === length ? packet : packet.subarray(0, length))
}
