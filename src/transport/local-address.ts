import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Address } from '../model/address.js'

/**
 * The local IP address from which the system would send to `remote`. Nothing is sent. Rejects with the system's error
 * when there is no way there.
 */
export function localAddressFor(remote: Address): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(remote.host) ? 'udp6' : 'udp4')
    const done = (error?: Error): void => {
      socket.off('error', done)
      if (error === undefined) resolve(socket.address().address)
      else reject(error)
      socket.close()
    }
    // A failed bind comes as an event, a failed connect as the argument of the callback.
    socket.on('error', done)
    socket.connect(remote.port || 5060, remote.host, done)
  })
}
