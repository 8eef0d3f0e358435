import { at, fieldStride, type HeadIndex } from './head-index.js'
import { isOnceHeader, unknownHeader } from './header-table.js'

const seen = new Set<number>()

/** Whether a field that may stand once (RFC 3261 7.3.1) stands more than once. */
export function hasRepeatedField({ fields }: HeadIndex): boolean {
  seen.clear()
  for (let i = 0; i < fields.length; i += fieldStride) {
    const id = fields[i + at.id] ?? unknownHeader
    if (id === unknownHeader || !isOnceHeader(id)) continue
    if (seen.has(id)) return true
    seen.add(id)
  }
  return false
}
