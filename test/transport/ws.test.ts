import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { describe, expect, it } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import type { WsServerOptions } from '../../src/transport/transport.js'
import { secondMessageAt } from '../../src/transport/ws-message.js'
import {
  clientFrame,
  connect,
  Journal,
  listen,
  opened,
  portOf,
  rawSocket,
  readUntil,
  request,
  reset,
  upgradeRequest,
} from './harness.js'

const text = 1
const binary = 2
const continuation = 0
const ping = 9

const offering = ['Sec-WebSocket-Protocol: sip']

async function upgraded(journal: Journal) {
  const listener = await listen('ws', journal)
  const socket = await rawSocket(listener.local, false)
  socket.write(upgradeRequest(offering))
  await readUntil(socket, '\r\n\r\n')
  const close = async (): Promise<void> => {
    socket.destroy()
    await listener.close()
  }
  return { socket, listener, close }
}

const upgradeAnswer = async (options: WsServerOptions, headers: string[], path = '/'): Promise<string> => {
  const listener = await listen('ws', new Journal(), { ws: options })
  const socket = await rawSocket(listener.local, false)
  socket.write(upgradeRequest(headers, path))
  const answer = await readUntil(socket, '\r\n\r\n')
  socket.destroy()
  await listener.close()
  return answer
}

const strict = { path: undefined, requireProtocol: true }

describe('a WebSocket listener', () => {
  it.each([
    ['offers sip', strict, ['Sec-WebSocket-Protocol: sip'], '/', '101', 'sip'],
    ['offers sip among others', strict, ['Sec-WebSocket-Protocol: msrp, sip'], '/', '101', 'sip'],
    ['offers nothing', strict, [], '/', '400', undefined],
    ['offers another protocol', strict, ['Sec-WebSocket-Protocol: msrp'], '/', '400', undefined],
    ['offers nothing to a lenient one', { ...strict, requireProtocol: false }, [], '/', '101', undefined],
    ['asks for the path', { ...strict, path: '/ws' }, offering, '/ws', '101', 'sip'],
    ['asks for the path with a query', { ...strict, path: '/ws' }, offering, '/ws?token=1', '101', 'sip'],
    ['asks for another path', { ...strict, path: '/ws' }, offering, '/', '404', undefined],
    ['offers compression', strict, [...offering, 'Sec-WebSocket-Extensions: permessage-deflate'], '/', '101', 'sip'],
  ] as [string, WsServerOptions, string[], string, string, string | undefined][])(
    'answers a client that %s',
    async (_what, options, headers, path, status, protocol) => {
      const answer = await upgradeAnswer(options, headers, path)
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
      expect(/Sec-WebSocket-Protocol: (.*)\r\n/i.exec(answer)?.[1]).toBe(protocol)
      expect(answer).not.toMatch(/Sec-WebSocket-Extensions/i)
    },
  )

  it('tells of the clients it refuses', async () => {
    const journal = new Journal()
    const listener = await listen('ws', journal)
    const socket = await rawSocket(listener.local, false)
    socket.write(upgradeRequest(['Sec-WebSocket-Protocol: msrp']))
    await once(socket.resume(), 'close')
    expect(journal.inbound).toMatchObject([{ kind: 'handshake', code: 'HTTP_400' }])
    expect(journal.opened).toEqual([])
    await listener.close()
  })

  it('answers a WebSocket version it does not know with the one it knows (RFC 6455 4.4), and tells', async () => {
    const journal = new Journal()
    const listener = await listen('ws', journal)
    const socket = await rawSocket(listener.local, false)
    socket.write(upgradeRequest(offering).replace('Version: 13', 'Version: 12'))
    const answer = await readUntil(socket, '\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*\r\nSec-WebSocket-Version: 13\r\n/)
    expect(journal.inbound).toMatchObject([{ kind: 'handshake', code: 'HTTP_400' }])
    socket.destroy()
    await listener.close()
  })

  it('survives clients that reset when they are refused', async () => {
    const journal = new Journal()
    const listener = await listen('ws', journal)
    for (let i = 0; i < 20; i++) {
      const socket = await rawSocket(listener.local, false)
      socket.on('error', () => socket.destroy())
      socket.write(upgradeRequest(['Sec-WebSocket-Protocol: msrp']), () => reset(socket))
    }
    await journal.until((seen) => seen.inbound.length === 20)
    await listener.close()
  })

  it('answers plain HTTP 426, and what is no HTTP 400', async () => {
    const journal = new Journal()
    const listener = await listen('ws', journal)
    const plain = httpRequest({ host: listener.local.host, port: listener.local.port, agent: false })
    const [response] = await once(plain.end(), 'response')
    expect(response.statusCode).toBe(426)
    const socket = await rawSocket(listener.local, false)
    socket.write(request())
    expect(await readUntil(socket, '\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
    await once(socket.resume(), 'close')
    expect(journal.inbound.map(({ code }) => code)).toEqual(['HTTP_426', 'HTTP_400'])
    await listener.close()
  })

  it('takes no HTTP/1.0 for a handshake', async () => {
    const listener = await listen('ws', new Journal())
    const socket = await rawSocket(listener.local, false)
    socket.write(upgradeRequest(offering).replace('HTTP/1.1', 'HTTP/1.0'))
    expect(await readUntil(socket, '\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
    socket.destroy()
    await listener.close()
  })

  it('closes though clients hang in their handshakes', async () => {
    const listener = await listen('ws', new Journal())
    const silent = await rawSocket(listener.local, false)
    const halfway = await rawSocket(listener.local, false)
    halfway.write('GET / HTTP/1.1\r\nHost:')
    const gone = [silent, halfway].map((socket) => {
      socket.on('error', () => socket.destroy())
      return new Promise((resolve) => socket.resume().once('close', resolve))
    })
    await listener.close()
    await Promise.all(gone)
  })
})

describe('WebSocket messages', () => {
  const message = request({ body: 'v=0\r\n' })

  it.each([
    ['text', [clientFrame(message, text)]],
    ['binary', [clientFrame(message, binary)]],
    [
      'text in fragments, a ping between them',
      [
        clientFrame(message.subarray(0, 10), text, false),
        clientFrame(Buffer.from('?'), ping),
        clientFrame(message.subarray(10, 200), continuation, false),
        clientFrame(message.subarray(200), continuation),
      ],
    ],
    ['binary in fragments', [clientFrame(message.subarray(0, 1), binary, false), clientFrame(message.subarray(1), 0)]],
  ])('are taken as %s', async (_what, frames) => {
    const journal = new Journal()
    const { socket, close } = await upgraded(journal)
    for (const frame of frames) socket.write(frame)
    await journal.until((seen) => seen.messages.length === 1)
    expect(journal.messages[0]!.bytes.equals(message)).toBe(true)
    expect(journal.malformed).toEqual([])
    await close()
  })

  it('gets a pong for a ping', async () => {
    const journal = new Journal()
    const { socket, close } = await upgraded(journal)
    socket.write(clientFrame(Buffer.from('are you there'), ping))
    expect(await readUntil(socket, 'are you there')).toBe('\x8a\x0dare you there')
    expect(journal.pings).toBe(1)
    await close()
  })

  it('answers the CRLF keep-alive of a browser', async () => {
    const journal = new Journal()
    const { socket, close } = await upgraded(journal)
    socket.write(clientFrame(Buffer.from('\r\n\r\n'), text))
    expect(await readUntil(socket, '\r\n')).toBe('\x81\x02\r\n')
    socket.write(clientFrame(Buffer.from('\r\n'), text))
    await journal.until((seen) => seen.pongs === 1)
    expect(journal).toMatchObject({ pings: 1, pongs: 1, messages: [], malformed: [] })
    await close()
  })

  it.each([
    ['two SIP messages in one', [clientFrame(Buffer.concat([message, message]), text)], 'several-messages', 1],
    ['nothing', [clientFrame(Buffer.alloc(0), text)], 'empty', 0],
    ['text that is no UTF-8', [clientFrame(Buffer.from([0x41, 0xff]), text)], 'websocket', 0],
    ['an opcode that does not exist', [clientFrame(message, 11)], 'websocket', 0],
    ['bytes that are no frame', [Buffer.from('GET / HTTP/1.1\r\n\r\n')], 'websocket', 0],
    ['a frame that announces more than 1 MiB', [Buffer.from('82ff0000000000200000', 'hex')], 'message-too-large', 0],
  ])('counts %s', async (_what, frames, kind, delivered) => {
    const journal = new Journal()
    const { socket, close } = await upgraded(journal)
    socket.on('error', () => socket.destroy())
    for (const frame of frames) socket.write(frame)
    await journal.until((seen) => seen.malformed.length === 1)
    expect(journal.malformed).toEqual([kind])
    await journal.until((seen) => seen.messages.length === delivered)
    if (delivered === 1) expect(journal.messages[0]!.bytes.equals(message)).toBe(true)
    await close()
  })

  it.each([
    ['text when they are UTF-8', request({ subject: 'J\u00fcrgen' }), false],
    ['binary when they are not', request({ body: Buffer.from([0xff, 0x00]) }), true],
  ])('are sent as %s, by the client masked', async (_what, bytes, isBinary) => {
    const peer = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => 'sip' })
    await once(peer, 'listening')
    const received = once(peer, 'connection').then(([webSocket]) => once(webSocket as WebSocket, 'message'))
    const client = opened(await connect('ws', { host: '127.0.0.1', port: portOf(peer) }, new Journal()))
    const original = Buffer.from(bytes)
    client.send(bytes)
    const [data, binaryFlag] = (await received) as [Buffer, boolean]
    expect(data.equals(original)).toBe(true)
    expect(bytes.equals(original)).toBe(true)
    expect(binaryFlag).toBe(isBinary)
    await client.close()
    peer.close()
  })
})

describe('several SIP messages in one WebSocket message', () => {
  const body = 'v=0\r\no=- SIP/2.0\r\n'
  const fragment = 'SIP/2.0 100 Trying\r\n'
  const response = Buffer.from('SIP/2.0 200 OK\r\nl: 0\r\n\r\n')
  const one = request({ body })
  const noLength = Buffer.from(`NOTIFY sip:a@b SIP/2.0\r\nCSeq: 1 NOTIFY\r\n\r\n${fragment}`)
  it.each([
    ['one message', one, -1],
    ['one message with sipfrag', request({ body: fragment }), -1],
    ['sipfrag without Content-Length', noLength, -1],
    ['a head that does not end', Buffer.from('INVITE sip:a@b SIP/2.0\r\n'), -1],
    ['bytes after the body that are no message', Buffer.concat([one, Buffer.from('junk SIP/2.0')]), -1],
    ['a request after a request', Buffer.concat([one, one]), one.length],
    ['a response after a request', Buffer.concat([one, response]), one.length],
    ['a request after a response in compact form', Buffer.concat([response, one]), response.length],
    ['a request after line ends', Buffer.concat([one, Buffer.from('\r\n'), one]), one.length],
  ])('begin where the first ends: %s', (_what, bytes, expected) => {
    expect(secondMessageAt(bytes)).toBe(expected)
  })
})
