import { createServer } from 'node:net'
import { dial } from './dial.js'
import { StreamChannel } from './stream-channel.js'
import { StreamListener } from './stream-listener.js'
import type { Transport } from './transport.js'
import { tapSocket } from './wire-tap.js'

export const tcp: Transport = {
  name: 'tcp',
  reliable: true,
  secure: false,
  defaultPort: 5060,
  viaToken: 'TCP',
  uriParam: 'tcp',
  connect: (options, events) =>
    dial(options, 'plain', (socket) => {
      tapSocket(socket, 'tcp', true, options.wire)
      return new StreamChannel('tcp', socket, options.remote, events, options.tap)
    }),
  listen: (options, events) => {
    const server = createServer({ noDelay: true })
    const listener = new StreamListener(server, events)
    server.on('connection', (socket) =>
      listener.accept(socket, (remote) => {
        tapSocket(socket, 'tcp', false, options.wire)
        return new StreamChannel('tcp', socket, remote, events, options.tap)
      }),
    )
    return listener.listen(options)
  },
}
