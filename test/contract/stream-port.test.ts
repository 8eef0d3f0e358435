import { DgramPort } from '../../src/media/dgram-port.js'
import type { StreamPort } from '../../src/media/stream-port.js'
import { type StreamPortOptions, streamPortContract } from './stream-port.js'

/** Every implementation of the port of streams, by name. */
const implementations: Readonly<Record<string, (options: StreamPortOptions) => StreamPort>> = {
  dgram: (options) => new DgramPort(options),
}

for (const [name, create] of Object.entries(implementations)) streamPortContract(name, create)
