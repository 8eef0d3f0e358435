import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import { atEnd } from '../peers/at-end.js'

/** A stateless proxy between phones and their registrar that puts itself on the path of RFC 3327. */
export interface EdgeProxy {
  readonly port: number
  /** Requests as they arrived from the registrar. */
  readonly downstream: readonly string[]
  /** Everything as it arrived from the phones. */
  readonly upstream: readonly string[]
}

const host = '127.0.0.1'

/** Stands on UDP between the phones of one socket and a registrar on `registrarPort`. */
export async function startEdgeProxy(registrarPort: number): Promise<EdgeProxy> {
  const socket = createSocket('udp4')
  const downstream: string[] = []
  const upstream: string[] = []
  let phone: RemoteInfo | undefined
  socket.bind(0, host)
  await once(socket, 'listening')
  const { port } = socket.address()
  const own = `<sip:${host}:${port};lr>`
  const send = (text: string, toPort: number): void => socket.send(Buffer.from(text, 'latin1'), toPort, host)

  /** RFC 3261 16.11: the branch of a stateless proxy is a function of the one that it received. */
  const withVia = (text: string, more: string): string => {
    const branch = /branch=z9hG4bK([\w.-]+)/.exec(text)?.[1] ?? ''
    return text.replace('\r\n', `\r\nVia: SIP/2.0/UDP ${host}:${port};branch=z9hG4bKedge${branch}\r\n${more}`)
  }
  const withoutVia = (text: string): string => text.replace(/\r\nVia:[^\r]*/, '')
  const withoutRoute = (text: string): string =>
    text.replace(new RegExp(`\\r\\nRoute: ?${own.replace(/[.]/g, '\\.')}`), '')

  socket.on('message', (bytes, from) => {
    const text = bytes.toString('latin1')
    if (!/^[A-Z]/.test(text)) return
    const isResponse = text.startsWith('SIP/2.0 ')
    if (from.port !== registrarPort) {
      phone = from
      upstream.push(text)
      const path = text.startsWith('REGISTER ') ? `Path: ${own}\r\n` : ''
      send(isResponse ? withoutVia(text) : withVia(text, path), registrarPort)
    } else if (phone) {
      if (!isResponse) downstream.push(text)
      send(isResponse ? withoutVia(text) : withVia(withoutRoute(text), ''), phone.port)
    }
  })
  let open = true
  atEnd(() => {
    if (open) socket.close()
    open = false
  })
  return { port, downstream, upstream }
}
