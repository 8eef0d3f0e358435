import { describe } from 'vitest'
import { DgramPort } from '../../src/media/dgram-port.js'
import type { StreamPort } from '../../src/media/stream-port.js'
import { StreamPortFixture, type StreamPortOptions } from './stream-port-fixture.js'
import { openingContract } from './stream-port-opening.js'
import { receivingContract } from './stream-port-receiving.js'
import { sendingContract } from './stream-port-sending.js'

/** Every implementation of the port of streams, by name. */
const implementations: Readonly<Record<string, (options: StreamPortOptions) => StreamPort>> = {
  dgram: (options) => new DgramPort(options),
}

describe.each(Object.entries(implementations))('%s: port of streams', (_name, create) => {
  const at = new StreamPortFixture(create)
  openingContract(at)
  sendingContract(at)
  receivingContract(at)
})
