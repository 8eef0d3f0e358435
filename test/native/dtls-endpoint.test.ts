import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nativeDtls } from '../../src/native/addon.js'
import { requireAll } from '../peers/require-peer.js'

const script = `
import { nativeDtls } from './dist/native/addon.js'
const { part } = nativeDtls
const identity = part.newIdentity('SRTP_AEAD_AES_256_GCM')
for (let number = 1; number <= 10_000; number++) {
  part.close(part.newEndpoint(identity, true))
  if (number % 100 === 0) await new Promise(setImmediate)
}
console.log('all closed')
`

/** A collection of the whole heap costs a busy run more than a set-up of a call, and closed endpoints are small. */
test('endpoints that were closed do not make the garbage collector go through the whole heap', (context) => {
  if (nativeDtls.part === undefined) {
    if (requireAll()) throw new Error(`there is no native DTLS: ${nativeDtls.reason}`)
    return context.skip(nativeDtls.reason)
  }
  const args = ['--trace-gc', '--input-type=module', '-e', script]
  const { stdout } = spawnSync(process.execPath, args, { cwd: join(import.meta.dirname, '../..'), encoding: 'utf8' })
  expect(stdout).toContain('all closed')
  expect(stdout.match(/Mark-Compact/g) ?? []).toEqual([])
})
