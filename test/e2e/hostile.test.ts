import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import type { RunResult } from '../../src/model/result.js'
import { type Ended, readResult, run, temporaryFolder, writeScenario } from './program.js'
import { field, reply, UdpSink } from './udp-sink.js'

const ends: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** Four calls of a second each, with timers that end what stays unanswered after 2.6 s. */
const scenario = (gateway: string, transport: string): string =>
  writeScenario(`version: 1
gateway: ${gateway}
agents:
  phone: { count: 4, identity: "sip:\${100 + n}@lab.test", register: false, transport: ${transport} }
flows:
  talk:
    - call: { from: phone, to: "sip:200@lab.test", answer within: 3s }
    - talk 500ms
    - hang up
load: { rate: 8/s, calls: 4 }
timers: { t1: 40ms, t2: 160ms, t4: 200ms }
expect: [session.ser == 100%]
`)

async function attack(gateway: string, transport: string): Promise<{ ended: Ended; result: RunResult | undefined }> {
  const out = temporaryFolder()
  const ended = await run(['run', scenario(gateway, transport), '--out', out], { limitMs: 40_000 })
  expect(ended.signal, ended.err).toBeNull()
  expect(ended.err).not.toContain('a bug')
  expect([0, 1, 3, 4], ended.err).toContain(ended.code)
  expect(ended.ms).toBeLessThan(20_000)
  return { ended, result: ended.err.includes('could not connect') ? undefined : readResult(out) }
}

const sdp = (port: number): string =>
  `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0\r\n`

const isInvite = (text: string): boolean => text.startsWith('INVITE ')
const noise = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, i) => (i * 131 + 17) % 256))

type Answer = (text: string, sink: UdpSink) => readonly (string | Buffer)[]

/** What the sink sends back, and what the result must show of it. */
const answers: readonly (readonly [string, Answer, (result: RunResult) => void])[] = [
  ['bytes that are no SIP', () => [noise(200)], malformed],
  ['words that are no SIP', () => ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'], malformed],
  ['the first half of its response', (text) => (isInvite(text) ? [reply(text, '200 OK').slice(0, 60)] : []), malformed],
  ['a response without a Via', (text) => [reply(text, '200 OK').replace(/^Via:.*\r\n/m, '')], malformed],
  ['responses of other branches', (text) => [reply(text.replaceAll('z9hG4bK', 'z9hG4bKx'), '200 OK')], malformed],
  ['a datagram of the largest size', () => [Buffer.alloc(65_000, 65)], malformed],
  ['an empty datagram', () => [Buffer.alloc(0)], failed],
  ['zero bytes, as some phones send to keep a port open', () => [Buffer.alloc(300)], failed],
  ['100 Trying for ever', (text) => (isInvite(text) ? [reply(text, '100 Trying')] : []), failed],
  [
    '180 Ringing for ever',
    (text) => (isInvite(text) ? Array<string>(20).fill(reply(text, '180 Ringing')) : []),
    failed,
  ],
  ['a status of 999', (text) => [reply(text, '999 What')], failed],
  ['a 200 without Contact', (text) => (isInvite(text) ? [reply(text, '200 OK', '', sdp(4000))] : []), failed],
  [
    'a 200 with garbage for a description',
    (text, sink) => [reply(text, '200 OK', contact(sink), isInvite(text) ? '\u0000\u0001v=nonsense\r\nm=' : '')],
    (result) => expect(result.calls.byOutcome).toEqual({ media: 4 }),
  ],
  [
    'a 200 whose Content-Length promises more',
    (text) => [reply(text, '200 OK').replace('Content-Length: 0', 'Content-Length: 9999')],
    failed,
  ],
  [
    'a challenge for ever',
    (text) => [reply(text, '401 Unauthorized', 'WWW-Authenticate: Digest realm="x", nonce="1", stale=true\r\n')],
    failed,
  ],
  ['requests of its own', (text, sink) => [stranger(text, 'BYE', sink), stranger(text, 'INVITE', sink)], failed],
]

const contact = (sink: UdpSink): string => `Contact: <sip:x@127.0.0.1:${sink.port}>\r\n`

const stranger = (text: string, method: string, sink: UdpSink): string =>
  `${method} sip:100@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:${sink.port};branch=z9hG4bK${Math.random()}\r\n` +
  `From: <sip:x@y>;tag=1\r\nTo: <sip:100@lab.test>;tag=nobody\r\nCall-ID: ${field(text, 'Call-ID')}\r\n` +
  `CSeq: 7 ${method}\r\nContent-Length: 0\r\n\r\n`

function malformed(result: RunResult): void {
  const counted = Object.values(result.generator.malformed).reduce((sum, count) => sum + count, 0)
  expect(counted, JSON.stringify(result.generator.malformed)).toBeGreaterThan(0)
  failed(result)
}

function failed(result: RunResult): void {
  expect(result.calls).toMatchObject({ attempted: 4, completed: 0, failed: 4 })
}

describe('a UDP gateway that answers with', () => {
  it.concurrent.each(answers)('%s ends the run in time', async (_what, answer, check) => {
    const sink = await new UdpSink().start()
    sink.answer = (text) => (text.startsWith('SIP/2.0') ? [] : answer(text, sink))
    try {
      const { result } = await attack(sink.url, 'udp')
      if (result) check(result)
    } finally {
      await sink.stop()
    }
  })

  it('garbage to the media ports ends the run in time, and the garbage is counted', async () => {
    const sink = await new UdpSink().start()
    const media = createSocket('udp4').bind(0, '127.0.0.1')
    await once(media, 'listening')
    let flood: NodeJS.Timeout | undefined
    const ports = new Set<number>()
    ends.push(
      () => clearInterval(flood),
      () => void media.close(),
      () => sink.stop(),
    )
    sink.answer = (text) => {
      const port = Number(/^m=audio (\d+)/m.exec(text)?.[1] ?? 0)
      if (port !== 0) ports.add(port)
      if (isInvite(text)) return [reply(text, '200 OK', contact(sink), sdp(media.address().port))]
      return text.startsWith('BYE ') ? [reply(text, '200 OK')] : []
    }
    flood = setInterval(() => {
      for (const port of ports) {
        for (const bytes of [noise(3), noise(40), noise(1400), Buffer.from('not RTP'), Buffer.from([0x80, 0, 0])]) {
          media.send(bytes, port, '127.0.0.1')
          media.send(bytes, port + 1, '127.0.0.1')
        }
      }
    }, 20)
    const { result } = await attack(sink.url, 'udp')
    expect(result?.calls).toMatchObject({ attempted: 4, completed: 4 })
    expect(Object.keys(result?.generator.malformed ?? {}).join()).toMatch(/rtp|rtcp/i)
  })
})

/** What a stream server does with each connection. */
const streams: readonly (readonly [string, (socket: Socket) => void])[] = [
  ['closes at once', (socket) => socket.destroy()],
  ['resets after the first bytes', (socket) => socket.once('data', () => socket.resetAndDestroy())],
  ['answers with bytes that are no SIP', (socket) => socket.on('data', () => socket.write(noise(5000)))],
  ['never ends a header', (socket) => socket.on('data', () => socket.write('SIP/2.0 200 OK\r\nVia: x'.repeat(2000)))],
  [
    'promises a body of 2 GB',
    (socket) => socket.on('data', () => socket.write('SIP/2.0 200 OK\r\nContent-Length: 2000000000\r\n\r\n')),
  ],
  ['sends nothing but line ends', (socket) => socket.on('data', () => socket.write('\r\n'.repeat(10_000)))],
  ['never reads', (socket) => socket.pause()],
]

describe('a TCP gateway that', () => {
  it.concurrent.each(streams)('%s ends the run in time', async (_what, behave) => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy())
      behave(socket)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const { result } = await attack(`tcp://127.0.0.1:${(server.address() as AddressInfo).port}`, 'tcp')
      if (result) failed(result)
    } finally {
      server.close()
    }
  })
})

describe('a WebSocket gateway that', () => {
  it.concurrent.each([
    ['sends binary noise', (send: (data: Buffer | string) => void) => send(noise(3000))],
    ['sends text that is no SIP', (send: (data: Buffer | string) => void) => send('{"type":"hello"}')],
    ['sends half a message', (send: (data: Buffer | string) => void) => send('SIP/2.0 200 OK\r\nVia: SIP')],
  ])('%s ends the run in time', async (_what, behave) => {
    const http = createHttpServer()
    const server = new WebSocketServer({ server: http, handleProtocols: () => 'sip' })
    server.on('connection', (socket) => socket.on('message', () => behave((data) => socket.send(data))))
    http.listen(0, '127.0.0.1')
    await once(http, 'listening')
    try {
      const { result } = await attack(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`, 'ws')
      if (result) malformed(result)
    } finally {
      for (const client of server.clients) client.terminate()
      http.close()
    }
  })

  it('refuses the upgrade ends the run with 4', async () => {
    const http = createHttpServer((_request, response) => response.writeHead(200).end('hello'))
    http.listen(0, '127.0.0.1')
    await once(http, 'listening')
    const { ended } = await attack(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`, 'ws')
    http.close()
    expect(ended.code, ended.err).toBe(4)
  })
})
