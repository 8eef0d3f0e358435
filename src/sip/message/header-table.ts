/**
 * Header fields with an identity of their own: the compact form (RFC 3261 7.3.3 and the IANA registry), whether the
 * value is a comma-separated list, and whether the field may stand only once.
 */
interface HeaderRow {
  readonly name: string
  readonly compact?: string
  readonly list?: true
  readonly once?: true
}

export const headerTable = [
  { name: 'Via', compact: 'v', list: true },
  { name: 'From', compact: 'f', once: true },
  { name: 'To', compact: 't', once: true },
  { name: 'Call-ID', compact: 'i', once: true },
  { name: 'CSeq', once: true },
  { name: 'Max-Forwards', once: true },
  { name: 'Contact', compact: 'm', list: true },
  { name: 'Content-Length', compact: 'l', once: true },
  { name: 'Content-Type', compact: 'c', once: true },
  { name: 'Route', list: true },
  { name: 'Record-Route', list: true },
  { name: 'Expires', once: true },
  { name: 'Min-Expires', once: true },
  { name: 'Min-SE', once: true },
  { name: 'Session-Expires', compact: 'x', once: true },
  { name: 'Allow', list: true },
  { name: 'Supported', compact: 'k', list: true },
  { name: 'Require', list: true },
  { name: 'Proxy-Require', list: true },
  { name: 'Unsupported', list: true },
  { name: 'WWW-Authenticate' },
  { name: 'Proxy-Authenticate' },
  { name: 'Authorization' },
  { name: 'Proxy-Authorization' },
  { name: 'Authentication-Info', once: true },
  { name: 'Date', once: true },
  { name: 'Timestamp', once: true },
  { name: 'Retry-After', once: true },
  { name: 'Warning', list: true },
  { name: 'Subject', compact: 's', once: true },
  { name: 'Content-Encoding', compact: 'e', list: true },
  { name: 'Content-Disposition', once: true },
  { name: 'Content-Language', list: true },
  { name: 'MIME-Version', once: true },
  { name: 'Accept', list: true },
  { name: 'Accept-Encoding', list: true },
  { name: 'Accept-Language', list: true },
  { name: 'Alert-Info', list: true },
  { name: 'Call-Info', list: true },
  { name: 'Error-Info', list: true },
  { name: 'In-Reply-To', list: true },
  { name: 'Organization', once: true },
  { name: 'Priority', once: true },
  { name: 'Reply-To', once: true },
  { name: 'Server', once: true },
  { name: 'User-Agent', once: true },
  { name: 'Event', compact: 'o', once: true },
  { name: 'Allow-Events', compact: 'u', list: true },
  { name: 'Subscription-State', once: true },
  { name: 'Refer-To', compact: 'r', once: true },
  { name: 'Referred-By', compact: 'b', once: true },
  { name: 'Replaces', once: true },
  { name: 'Join', once: true },
  { name: 'RSeq', once: true },
  { name: 'RAck', once: true },
  { name: 'Path', list: true },
  { name: 'Service-Route', list: true },
  { name: 'P-Asserted-Identity', list: true },
  { name: 'P-Preferred-Identity', list: true },
  { name: 'Privacy' },
  { name: 'Reason', list: true },
  { name: 'SIP-ETag', once: true },
  { name: 'SIP-If-Match', once: true },
  { name: 'Flow-Timer', once: true },
  { name: 'Accept-Contact', compact: 'a', list: true },
  { name: 'Reject-Contact', compact: 'j', list: true },
  { name: 'Request-Disposition', compact: 'd', list: true },
  { name: 'Identity', compact: 'y', list: true },
  { name: 'Identity-Info', compact: 'n', once: true },
  { name: 'History-Info', list: true },
] as const satisfies readonly HeaderRow[]

export type HeaderName = (typeof headerTable)[number]['name']

const rows: readonly HeaderRow[] = headerTable
const idByName = new Map<string, number>()
/** Rows by length of a name and its first letter, each long or compact name with its id. */
const buckets: { name: string; id: number }[][] = []
const bucketOf = (length: number, firstCode: number): number => length * 32 + (firstCode & 31)
const longestName = 32

rows.forEach((row, id) => {
  for (const name of row.compact === undefined ? [row.name] : [row.name, row.compact]) {
    const lower = name.toLowerCase()
    idByName.set(name, id)
    idByName.set(lower, id)
    const bucket = bucketOf(lower.length, lower.charCodeAt(0))
    buckets[bucket] = [...(buckets[bucket] ?? []), { name: lower, id }]
  }
})
for (let i = 0; i <= longestName * 32 + 31; i++) buckets[i] ??= []

/** Id of a field that the table does not have. */
export const unknownHeader = -1

/** Row number of a header by its long or compact name in any case. */
export const headerId = (name: string): number =>
  idByName.get(name) ?? idByName.get(name.toLowerCase()) ?? unknownHeader

/** The same for a name that stands in `text[start, end)`, without copying it. */
export function headerIdAt(text: string, start: number, end: number): number {
  const length = end - start
  if (length > longestName || length < 1) return unknownHeader
  const candidates = buckets[bucketOf(length, text.charCodeAt(start))]!
  for (let i = 0; i < candidates.length; i++) {
    const candidate = candidates[i]!
    if (equalsLower(text, start, candidate.name)) return candidate.id
  }
  return unknownHeader
}

function equalsLower(text: string, start: number, lower: string): boolean {
  for (let i = 0; i < lower.length; i++) {
    const code = text.charCodeAt(start + i)
    const wanted = lower.charCodeAt(i)
    if (code !== wanted && (code < 0x41 || code > 0x5a || code + 32 !== wanted)) return false
  }
  return true
}

export const isListHeader = (id: number): boolean => rows[id]?.list === true
export const isOnceHeader = (id: number): boolean => rows[id]?.once === true
/** The long name; the id must be one of the table. */
export const headerName = (id: number): HeaderName => headerTable[id]!.name
