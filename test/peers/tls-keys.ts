import { join } from 'node:path'
import { runProgram } from './peer.js'
import { requirePeer } from './require-peer.js'
import { temporaryFolder } from './temporary-folder.js'

const source = new URL('tls-keys.c', import.meta.url).pathname

/** What makes a program that uses OpenSSL write the secrets of its TLS connections to `file`, after what is there. */
export async function tlsKeysInto(file: string): Promise<Readonly<Record<string, string>>> {
  const library = join(temporaryFolder('tls-keys'), 'tls-keys.so')
  const compiled = await runProgram({
    command: requirePeer('gcc'),
    args: ['-O2', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC', '-o', library, source],
  })
  if (compiled.code !== 0) throw new Error(`tls-keys.c does not compile:\n${compiled.output}`)
  return { LD_PRELOAD: library, SSLKEYLOGFILE: file }
}
