/** What the first bytes of a file say it is. */
export type FileFormat =
  | { readonly kind: 'pcap'; readonly nanoseconds: boolean }
  | { readonly kind: 'pcapng' }
  | { readonly kind: 'gzip' }
  | { readonly kind: 'refused'; readonly text: string }

/** Bytes that `fileFormat` wants to see, unless the file is shorter. */
export const formatBytes = 8

type Row = readonly [magic: string, format: FileFormat]

const refused = (text: string): FileFormat => ({ kind: 'refused', text })

const convert = 'convert it with: editcap -F pcapng'

/** First bytes in hexadecimal; the first row that fits decides. */
const rows: readonly Row[] = [
  ['a1b2c3d4', { kind: 'pcap', nanoseconds: false }],
  ['d4c3b2a1', { kind: 'pcap', nanoseconds: false }],
  ['a1b23c4d', { kind: 'pcap', nanoseconds: true }],
  ['4d3cb2a1', { kind: 'pcap', nanoseconds: true }],
  ['0a0d0d0a', { kind: 'pcapng' }],
  ['1f8b', { kind: 'gzip' }],
  ['a1b2cd34', refused(`is a pcap file of the modified kind of old Linux kernels; ${convert}`)],
  ['34cdb2a1', refused(`is a pcap file of the modified kind of old Linux kernels; ${convert}`)],
  ['52545353', refused(`is a Microsoft Network Monitor 1 capture; ${convert}`)],
  ['474d4255', refused(`is a Microsoft Network Monitor 2 capture; ${convert}`)],
  ['736e6f6f70000000', refused(`is a snoop capture; ${convert}`)],
  ['28b52ffd', refused('is compressed with zstd; unpack it first')],
  ['04224d18', refused('is compressed with lz4; unpack it first')],
  ['fd377a58', refused('is compressed with xz; unpack it first')],
  ['425a68', refused('is compressed with bzip2; unpack it first')],
  ['504b0304', refused('is a zip archive; unpack it first')],
]

export function fileFormat(start: Buffer): FileFormat {
  if (start.length === 0) return refused('is empty')
  const hex = start.toString('hex', 0, formatBytes)
  const row = rows.find(([magic]) => hex.startsWith(magic))
  return row?.[1] ?? refused('is no capture: it begins neither like pcap nor like pcapng')
}
