import type { Socket } from 'node:net'
import type { Address } from '../model/address.js'

export const localAddressOf = (socket: Socket): Address => ({
  host: socket.localAddress ?? '',
  port: socket.localPort ?? 0,
})

/** Undefined when the peer has gone before anybody asked. */
export const remoteAddressOf = (socket: Socket): Address | undefined =>
  socket.remoteAddress === undefined || socket.remotePort === undefined
    ? undefined
    : { host: socket.remoteAddress, port: socket.remotePort }
