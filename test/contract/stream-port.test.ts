import { describe } from 'vitest'
import type { StreamPort } from '../../src/media/stream-port.js'
import { newDgramPort, newNativePort } from '../../src/media/stream-ports.js'
import { nativePart } from '../../src/native/addon.js'
import { requireAll } from '../peers/require-peer.js'
import { StreamPortFixture, type StreamPortOptions } from './stream-port-fixture.js'
import { openingContract } from './stream-port-opening.js'
import { receivingContract } from './stream-port-receiving.js'
import { sendingContract } from './stream-port-sending.js'
import { sharedPortContract } from './stream-port-shared.js'

const { addon, reason } = nativePart

/** Every implementation of the port of streams, by name. */
const implementations: Readonly<Record<string, (options: StreamPortOptions) => StreamPort>> = {
  dgram: (options) => newDgramPort(options),
  ...(addon && { native: (options: StreamPortOptions) => newNativePort(options, addon) }),
}
if (!addon && requireAll()) throw new Error(reason)
if (!addon) process.stderr.write(`the port of streams by the native part is not tested: ${reason}\n`)

describe.each(Object.entries(implementations))('%s: port of streams', (_name, create) => {
  const at = new StreamPortFixture(create)
  openingContract(at)
  sendingContract(at)
  receivingContract(at)
  sharedPortContract(at)
})
