import { type SrtpKeys, srtpSuites } from '../../model/srtp.js'

/** RFC 3711 3.1 leaves its length open; RFC 4568 6.1 allows at most 128 octets. */
const longestMkiBytes = 128

/** Why keys cannot be used with their suite; undefined when they can. */
export function keysDefect(keys: SrtpKeys): string | undefined {
  const { keyBytes, saltBytes } = srtpSuites[keys.suite]
  if (keys.masterKey.length !== keyBytes) {
    return `${keys.suite} takes a master key of ${keyBytes} bytes, not ${keys.masterKey.length}`
  }
  if (keys.masterSalt.length !== saltBytes) {
    return `${keys.suite} takes a master salt of ${saltBytes} bytes, not ${keys.masterSalt.length}`
  }
  if (keys.mki && (keys.mki.length === 0 || keys.mki.length > longestMkiBytes)) {
    return `an MKI has 1 to ${longestMkiBytes} bytes, not ${keys.mki.length}`
  }
  return undefined
}

/** Throws where `keysDefect` finds something: signalling checks keys before it uses them. */
export function checkKeys(keys: SrtpKeys): void {
  const defect = keysDefect(keys)
  if (defect) throw new Error(defect)
}

/** Whether both protect alike: a context lives on through new signalling that names the same keys (RFC 4568 7.1.4). */
export const sameKeys = (a: SrtpKeys, b: SrtpKeys): boolean =>
  a.suite === b.suite &&
  sameBytes(a.masterKey, b.masterKey) &&
  sameBytes(a.masterSalt, b.masterSalt) &&
  sameBytes(a.mki ?? noBytes, b.mki ?? noBytes)

const noBytes = new Uint8Array(0)

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i])
