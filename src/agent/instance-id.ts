import type { Rng } from '../base/rng.js'
import { ownCopy } from '../sip/message/wire.js'

/** RFC 5626 4.1: a stable UUID for the life of a phone. */
export function instanceId(rng: Rng): string {
  const hex = Array.from({ length: 4 }, () => rng.uint32().toString(16).padStart(8, '0')).join('')
  return ownCopy(
    `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`,
  )
}
