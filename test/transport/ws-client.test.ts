import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { connect, failed, Journal, listen, opened, portOf, request } from './harness.js'

describe('a WebSocket client', () => {
  it.each([
    ['the defaults', {}, '/', (port: number) => ({ host: `127.0.0.1:${port}` })],
    ['a path', { path: '/ws?token=a%20b' }, '/ws?token=a%20b', () => ({})],
    ['a path without its slash', { path: 'ws' }, '/ws', () => ({})],
    [
      'host, origin and headers',
      { host: 'edge.lab.test', origin: 'https://app.lab.test', headers: { Cookie: 'a=1', 'X-Tenant': '7' } },
      '/',
      () => ({ host: 'edge.lab.test', origin: 'https://app.lab.test', cookie: 'a=1', 'x-tenant': '7' }),
    ],
  ])('asks with %s', async (_what, ws, path, headers) => {
    const http = createHttpServer().listen(0, '127.0.0.1')
    await once(http, 'listening')
    const asked = once(http, 'upgrade')
    const port = portOf(http)
    const connecting = connect('ws', { host: '127.0.0.1', port }, new Journal(), { ws })
    const [asking, socket] = await asked
    expect(asking.url).toBe(path)
    expect(asking.headers).toMatchObject({ ...headers(port), 'sec-websocket-protocol': 'sip' })
    expect(asking.headers).not.toHaveProperty('sec-websocket-extensions')
    socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')
    expect(failed(await connecting)).toMatchObject({ kind: 'handshake', code: 'HTTP_403' })
    http.close()
  })

  it.each([
    ['echoes no protocol', () => false as const],
    ['chooses another protocol', () => 'msrp'],
  ])('refuses a server that %s', async (_what, handleProtocols) => {
    const peer = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols })
    await once(peer, 'listening')
    const result = failed(await connect('ws', { host: '127.0.0.1', port: portOf(peer) }, new Journal()))
    expect(result).toMatchObject({ kind: 'handshake', text: expect.stringContaining('subprotocol') })
    peer.close()
  })

  it.each([
    ['a header that cannot be written', { headers: { 'X-Bad': 'a\r\nb' } }],
    ['a fragment in the path', { path: '/ws#x' }],
  ])('refuses %s without throwing', async (_what, ws) => {
    const listener = await listen('ws', new Journal())
    expect(failed(await connect('ws', listener.local, new Journal(), { ws })).kind).toBe('handshake')
    await listener.close()
  })

  it('waits no longer than it should for the answer to its upgrade', async () => {
    const silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const address = { host: '127.0.0.1', port: portOf(silent) }
    const started = performance.now()
    const result = failed(await connect('ws', address, new Journal(), { timeoutMs: 200 }))
    expect(result.kind).toBe('timeout')
    expect(performance.now() - started).toBeLessThan(2000)
    silent.close()
  })

  it('tells the close code and reason of the server', async () => {
    const peer = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => 'sip' })
    await once(peer, 'listening')
    peer.on('connection', (webSocket) => webSocket.close(1001, 'restarting'))
    const journal = new Journal()
    opened(await connect('ws', { host: '127.0.0.1', port: portOf(peer) }, journal))
    await journal.until((seen) => seen.closed.length === 1)
    expect(journal.closed).toEqual(['closed by the remote side with 1001: restarting'])
    peer.close()
  })

  it('is understood by a listener of ours, and so is the ws client itself', async () => {
    const journal = new Journal()
    journal.answer = (channel) => channel.send(request({ subject: 'answered' }))
    const listener = await listen('ws', journal)
    const client = new WebSocket(`ws://127.0.0.1:${listener.local.port}/`, 'sip')
    await once(client, 'open')
    client.send(request())
    const [answer] = await once(client, 'message')
    expect(String(answer)).toContain('Subject: answered')
    client.close()
    await journal.until((seen) => seen.closed.length === 1)
    await listener.close()
  })
})
