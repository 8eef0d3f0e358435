import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { requirePeer } from '../peers/require-peer.js'
import { temporaryFolder } from '../peers/temporary-folder.js'

const native = join(import.meta.dirname, '../../native')
/** What knows JavaScript or the event loop cannot run without them. */
const bound = new Set(['addon.cc', 'udp_binding.cc', 'readiness_watch.cc'])

test('what the native part reads from the network holds under the address and undefined-behaviour sanitizers', (context) => {
  const compiler = requirePeer('g++', context)
  const program = join(temporaryFolder(), 'udp_socket_test')
  const parts = readdirSync(native).filter((name) => name.endsWith('.cc') && !bound.has(name))
  const sources = [join(native, 'test/udp_socket_test.cc'), ...parts.map((name) => join(native, name))]
  const sanitizers = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all']
  execFileSync(compiler, [
    '-std=c++17',
    '-O1',
    '-g',
    '-Wall',
    '-Wextra',
    '-Werror',
    ...sanitizers,
    '-o',
    program,
    ...sources,
  ])
  expect(execFileSync(program, { encoding: 'utf8' })).toBe('0 failures\n')
})
