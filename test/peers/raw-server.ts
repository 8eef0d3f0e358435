import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import { atEnd } from './at-end.js'

/** A SIP server on UDP that knows nothing: it keeps what it hears and answers what the test says. */
export interface RawServer {
  readonly host: string
  readonly port: number
  readonly received: readonly string[]
  /** Sends to whoever sent last. */
  send(text: string): void
}

export type RawAnswer = (message: string, server: RawServer) => readonly string[]

/** Listens on a port of the kernel's choice; each message is answered where it came from (RFC 3581). */
export async function startRawServer(answer: RawAnswer, host = '127.0.0.1'): Promise<RawServer> {
  const socket = createSocket('udp4')
  const received: string[] = []
  let last: RemoteInfo | undefined
  socket.bind(0, host)
  await once(socket, 'listening')
  const server: RawServer = {
    host,
    port: socket.address().port,
    received,
    send: (text) => {
      if (last) socket.send(Buffer.from(text, 'latin1'), last.port, last.address)
    },
  }
  socket.on('message', (bytes, from) => {
    const text = bytes.toString('latin1')
    // Keep-alives of RFC 5626 4.4: CRLF or STUN.
    if (!/^[A-Z]/.test(text)) return
    last = from
    received.push(text)
    for (const each of answer(text, server)) server.send(each)
  })
  let open = true
  atEnd(() => {
    if (open) socket.close()
    open = false
  })
  return server
}
