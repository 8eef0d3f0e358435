import type { SrtpKeys } from '../../../src/model/srtp.js'
import { type SrtpSuiteName, srtpSuites } from '../../../src/model/srtp.js'

export const suiteNames = Object.keys(srtpSuites) as SrtpSuiteName[]

/** Keys whose bytes count up from `first`. */
export function srtpKeys(suite: SrtpSuiteName, first = 1, mki?: Uint8Array): SrtpKeys {
  const { keyBytes, saltBytes } = srtpSuites[suite]
  const bytes = (length: number, start: number) => Uint8Array.from({ length }, (_, i) => (start + 7 * i) & 0xff)
  const keys = { suite, masterKey: bytes(keyBytes, first), masterSalt: bytes(saltBytes, first + 101) }
  return mki ? { ...keys, mki } : keys
}

/** A sender report without blocks and an SDES with a CNAME, as RFC 3550 6.1 wants at least. */
export function compoundRtcp(ssrc: number, text = 'someone@example.test'): Buffer {
  const name = Buffer.from(text)
  const chunk = Math.ceil((4 + 2 + name.length + 1) / 4) * 4
  const packet = Buffer.alloc(28 + 4 + chunk)
  packet.set([0x80, 200, 0, 6])
  packet.writeUInt32BE(ssrc, 4)
  packet.set([0x81, 202, 0, chunk / 4], 28)
  packet.writeUInt32BE(ssrc, 32)
  packet.set([1, name.length, ...name], 36)
  return packet
}
