/** Tags of Wireshark's "Upper PDU" link type that are needed here. */
const tag = { end: 0, dissectorName: 12, originalFrame: 30 } as const

/** What tshark exports for one TLS record of application data. */
export interface ExportedPdu {
  readonly dissector: string
  /** Number of the frame of the capture in which the record was complete. */
  readonly frame: number
  readonly bytes: Buffer
}

/** Undefined when the tags do not end within the packet. */
export function readExportedPdu(packet: Buffer): ExportedPdu | undefined {
  let [dissector, frame, at] = ['', 0, 0]
  while (at + 4 <= packet.length) {
    const [code, length] = [packet.readUInt16BE(at), packet.readUInt16BE(at + 2)]
    const value = packet.subarray(at + 4, at + 4 + length)
    at += 4 + length
    if (code === tag.end) return { dissector, frame, bytes: packet.subarray(at) }
    if (code === tag.dissectorName) dissector = value.toString('latin1').replace(/\0+$/, '')
    if (code === tag.originalFrame && length === 4) frame = value.readUInt32BE(0)
  }
  return undefined
}
