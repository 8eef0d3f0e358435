import type { Rng } from '../base/rng.js'
import { type SrtpSuiteName, srtpSuites } from '../model/srtp.js'
import type { CryptoAttribute } from './crypto.js'

/**
 * Keys of one session, one for each suite and none twice (RFC 4568 6.1), with tags from 1. They come from the seed like
 * all chance of a run, so that a run can be repeated: enough for a laboratory, and no secret from who has the scenario.
 */
export const makeCrypto = (suites: readonly SrtpSuiteName[], rng: Rng): CryptoAttribute[] =>
  suites.map((suite, i) => {
    const { keyBytes, saltBytes } = srtpSuites[suite]
    const keys = { suite, masterKey: randomBytes(keyBytes, rng), masterSalt: randomBytes(saltBytes, rng) }
    return { tag: i + 1, suite, keys: [keys] }
  })

function randomBytes(length: number, rng: Rng): Uint8Array {
  const bytes = Buffer.alloc(Math.ceil(length / 4) * 4)
  for (let at = 0; at < length; at += 4) bytes.writeUInt32BE(rng.uint32(), at)
  return bytes.subarray(0, length)
}
