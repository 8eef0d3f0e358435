import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { requirePeer, type Skippable } from '../peers/require-peer.js'
import { temporaryFolder } from '../peers/temporary-folder.js'

const native = join(import.meta.dirname, '../../native')
/** What knows JavaScript or the event loop cannot run without them. */
const isBound = (name: string): boolean => /^(addon|readiness_watch|\w+_binding)\.cc$/.test(name)
const sources = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.cc'))

const flags = ['-std=c++17', '-O1', '-g', '-pthread', '-Wall', '-Wextra', '-Werror']
/** Of the system in place of the node binary's: the programs look for its functions as the addon does. */
const openssl = ['-Wl,--no-as-needed', '-l:libssl.so.3', '-l:libcrypto.so.3']

function expectToHold(name: string, sanitizers: string, context: Skippable): void {
  const compiler = requirePeer('g++', context)
  const program = join(temporaryFolder(), 'program')
  const parts = sources(native).filter((part) => !isBound(part))
  const files = [join(native, 'test', name), ...parts.map((part) => join(native, part))]
  const strict = [`-fsanitize=${sanitizers}`, '-fno-sanitize-recover=all']
  execFileSync(compiler, [...flags, ...strict, '-o', program, ...files, ...openssl])
  expect(execFileSync(program, { encoding: 'utf8' })).toBe('0 failures\n')
}

describe('the native part holds under the address and undefined-behaviour sanitizers', () => {
  test.for(sources(join(native, 'test')))('%s', { timeout: 90_000 }, (name, context) => {
    expectToHold(name, 'address,undefined', context)
  })
})

describe('the threads of the native part hold under the thread sanitizer', () => {
  test.for(['rtp_test.cc', 'rtp_sender_test.cc'])('%s', { timeout: 90_000 }, (name, context) => {
    expectToHold(name, 'thread', context)
  })
})
