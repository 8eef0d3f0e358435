import { createServer } from 'node:tls'
import { dial } from './dial.js'
import { remoteAddressOf } from './stream-address.js'
import { StreamChannel } from './stream-channel.js'
import { StreamListener } from './stream-listener.js'
import { handshakeFailure, noServerCertificate, serverTlsOptions, withTlsSettings } from './tls-settings.js'
import {
  type ChannelEvents,
  isTransportFailure,
  type Listener,
  type ListenOptions,
  type Transport,
  type TransportFailure,
} from './transport.js'
import { tapSocket } from './wire-tap.js'

async function listen(options: ListenOptions, events: ChannelEvents): Promise<Listener | TransportFailure> {
  const settings = options.tls
  if (settings === undefined) return noServerCertificate
  const server = withTlsSettings(() => createServer({ ...serverTlsOptions(settings), noDelay: true }))
  if (isTransportFailure(server)) return server
  const listener = new StreamListener(server, events)
  server.on('tlsClientError', (error, socket) =>
    listener.refuse(handshakeFailure(error, socket), remoteAddressOf(socket)),
  )
  if (settings.keyLog !== undefined) server.on('keylog', settings.keyLog)
  server.on('secureConnection', (socket) =>
    listener.accept(socket, (remote) => {
      tapSocket(socket, 'tls', false, options.wire)
      return new StreamChannel('tls', socket, remote, events, options.tap)
    }),
  )
  return listener.listen(options)
}

export const tls: Transport = {
  name: 'tls',
  reliable: true,
  secure: true,
  defaultPort: 5061,
  viaToken: 'TLS',
  uriParam: 'tls',
  connect: (options, events) =>
    dial(options, { alpn: [] }, (socket) => {
      tapSocket(socket, 'tls', true, options.wire)
      return new StreamChannel('tls', socket, options.remote, events, options.tap)
    }),
  listen,
}
