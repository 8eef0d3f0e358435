/** RFC 8656 12: channel numbers 0x4000 to 0x4FFF, by which RFC 7983 7 tells their data from everything else. */
export const firstChannel = 0x4000
export const lastChannel = 0x4fff
/** Channel number and length, 16 bits each (RFC 8656 12.4). */
export const channelHeaderBytes = 4

export const looksLikeChannelData = (bytes: Uint8Array): boolean => {
  const first = bytes[0] ?? 0
  return first >= 0x40 && first <= 0x4f && bytes.length >= channelHeaderBytes
}

/** The header that goes before so many bytes of data; over UDP nothing is padded (RFC 8656 12.5). */
export function channelHeader(channel: number, dataBytes: number): Buffer {
  const header = Buffer.alloc(channelHeaderBytes)
  header.writeUInt16BE(channel, 0)
  header.writeUInt16BE(dataBytes, 2)
  return header
}

/** What a message carries; undefined when it is shorter than it says. */
export function readChannelData(bytes: Buffer): { readonly channel: number; readonly data: Buffer } | undefined {
  if (!looksLikeChannelData(bytes)) return undefined
  const end = channelHeaderBytes + bytes.readUInt16BE(2)
  return end > bytes.length
    ? undefined
    : { channel: bytes.readUInt16BE(0), data: bytes.subarray(channelHeaderBytes, end) }
}
