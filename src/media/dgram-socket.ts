import { createSocket, type Socket } from 'node:dgram'

/** A socket of node:dgram. */
export function bindDgramSocket(host: string, port: number, recvBufferBytes: number): Promise<Socket | Error> {
  const ipv6 = host.includes(':')
  const socket = createSocket({
    type: ipv6 ? 'udp6' : 'udp4',
    ipv6Only: ipv6,
    recvBufferSize: recvBufferBytes,
    // Addresses are never names: answering at once keeps every send synchronous, without resolver or next tick.
    lookup: (address, _options, done) => done(null, address, ipv6 ? 6 : 4),
  })
  return new Promise((resolve) => {
    socket.once('error', (error) => {
      socket.close()
      resolve(error)
    })
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.removeAllListeners('error')
      resolve(socket)
    })
  })
}
