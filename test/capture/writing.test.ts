import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ConnectionWriter, Sender } from '../../src/capture/write/connection-writer.js'
import { RunCapture, type RunCaptureOptions } from '../../src/capture/write/run-capture.js'
import type { Address } from '../../src/model/address.js'
import { temporaryFolder } from '../peers/temporary-folder.js'
import { firstLines, readFile, startMs, texts } from './capture-files.js'
import { alice, gateway, sipRequest, sipResponse } from './conversation.js'

const newCapture = (options: Partial<RunCaptureOptions> = {}) => {
  const file = join(temporaryFolder('writing'), 'capture.pcapng')
  const usual = { file, application: 'siploadgen/test', scenario: 'test', keep: 'everything', limitBytes: 1e8 } as const
  return { file, capture: new RunCapture({ ...usual, ...options }) }
}

const ends: Readonly<Record<Sender, Address>> = { client: alice, server: gateway }
const plain = { secure: false, webSocket: false }
const ofCall = (callId: string, method = 'INVITE') => sipRequest(method, 1).replace('a84b4c76e66710', callId)

function say(writer: ConnectionWriter, sender: Sender, text: string | Buffer, atMs = startMs): void {
  writer.octets(atMs, sender, Buffer.isBuffer(text) ? text : Buffer.from(text, 'latin1'))
}

describe('the capture of a run', () => {
  test('holds datagrams with their ends and times', async () => {
    const { file, capture } = newCapture()
    capture.datagram(startMs + 0.5, alice, gateway, Buffer.from(sipRequest('OPTIONS', 1)))
    capture.datagram(
      startMs + 1.25,
      { host: '::1', port: 5060 },
      { host: 'fe80::1', port: 5062 },
      Buffer.from(sipResponse(200, 1)),
    )
    expect(await capture.close()).toEqual({ packets: 2, leftOut: 0, failure: undefined })
    const { messages, summary } = await readFile(file)
    expect(messages).toMatchObject([
      { atMs: startMs + 0.5, source: alice, destination: gateway, checksum: 'good', transport: 'udp' },
      {
        atMs: startMs + 1.25,
        source: { host: '::1', port: 5060 },
        destination: { host: 'fe80::1', port: 5062 },
        checksum: 'good',
      },
    ])
    expect(summary).toMatchObject({ format: 'pcapng', frames: 2, damage: undefined, duplicates: 0 })
  })

  test('holds connections whole: opening, octets of any length, end', async () => {
    const { file, capture } = newCapture()
    const long = sipRequest('MESSAGE', 1, 'x'.repeat(200_000))
    const writer = capture.connection(startMs, ends, plain)
    say(writer, 'client', long)
    say(writer, 'server', sipResponse(200, 1))
    writer.end(startMs, 'client')
    writer.end(startMs, 'client')
    writer.end(startMs, 'server')
    await capture.close()
    const read = await readFile(file)
    expect(texts(read)).toEqual([long, sipResponse(200, 1)])
    expect(read.events.map((event) => (event.kind === 'connection' ? event.change : event.kind))).toEqual([
      'opened',
      'message',
      'message',
      'fin',
      'fin',
    ])
  })

  test('tells in clear what travelled in TLS, and the reader knows', async () => {
    const { file, capture } = newCapture()
    say(capture.connection(startMs, ends, { secure: true, webSocket: false }), 'client', sipRequest('OPTIONS', 1))
    await capture.close()
    expect((await readFile(file)).messages).toMatchObject([{ transport: 'tls', connection: { transport: 'tls' } }])
  })

  test('says that it holds call content, and embeds TLS secrets', async () => {
    const { file, capture } = newCapture()
    capture.secret('CLIENT_RANDOM 11 22\n')
    await capture.close()
    const bytes = readFileSync(file)
    expect(bytes.includes('This file holds call content')).toBe(true)
    expect(bytes.includes('CLIENT_RANDOM 11 22')).toBe(true)
    expect((await readFile(file)).summary.damage).toBeUndefined()
  })

  test('keeps of a media packet what it is told to', async () => {
    const { file, capture } = newCapture()
    capture.media(startMs, alice, gateway, Buffer.alloc(172), 12)
    await capture.close()
    const bytes = readFileSync(file)
    const block = bytes.subarray(bytes.length - (32 + 40))
    expect([block.readUInt32LE(20), block.readUInt32LE(24)]).toEqual([40, 200])
  })

  test('stops at its limit and counts what is left out', async () => {
    const { file, capture } = newCapture({ limitBytes: 100_000 })
    for (let call = 0; call < 1000; call++) capture.datagram(startMs, alice, gateway, Buffer.from(ofCall(`c${call}`)))
    const { packets, leftOut } = await capture.close()
    const read = await readFile(file)
    expect(packets + leftOut).toBe(1000)
    expect(read.messages).toHaveLength(packets)
    expect(readFileSync(file).length).toBeLessThanOrEqual(100_000)
    expect(texts(read)[0]).toContain('c0')
  })

  test('as a ring keeps the newest', async () => {
    const { file, capture } = newCapture({ limitBytes: 100_000, keep: 'newest' })
    for (let call = 0; call < 1000; call++) capture.datagram(startMs, alice, gateway, Buffer.from(ofCall(`c${call}`)))
    const { packets, leftOut } = await capture.close()
    const read = await readFile(file)
    expect([packets + leftOut, read.messages.length, read.summary.damage]).toEqual([1000, packets, undefined])
    expect(packets).toBeGreaterThan(100)
    expect(texts(read).at(-1)).toContain('c999')
    expect(readFileSync(file).length).toBeLessThanOrEqual(100_000)
    expect(readdirSync(dirname(file))).toEqual(['capture.pcapng'])
  })

  test('that cannot be written says why and disturbs nobody', async () => {
    const { capture } = newCapture({ file: '/nowhere/capture.pcapng' })
    await new Promise((resolve) => setTimeout(resolve, 20))
    capture.datagram(startMs, alice, gateway, Buffer.from(ofCall('a')))
    expect((await capture.close()).failure).toContain('ENOENT')
    expect(existsSync('/nowhere')).toBe(false)
  })
})

describe('of failed calls only', () => {
  test('datagrams are written when a call has failed, those that come later at once', async () => {
    const { file, capture } = newCapture({ keep: 'failed calls' })
    const send = (callId: string, method: string) =>
      capture.datagram(startMs, alice, gateway, Buffer.from(ofCall(callId, method)))
    for (const method of ['INVITE', 'BYE']) for (const callId of ['good', 'bad', 'open']) send(callId, method)
    capture.settle('good', false)
    capture.settle('bad', true)
    send('bad', 'ACK')
    send('good', 'ACK')
    await capture.close()
    const read = await readFile(file)
    expect(firstLines(read).map((line) => line.split(' ')[0])).toEqual(['INVITE', 'BYE', 'ACK'])
    expect(texts(read).every((text) => text.includes('Call-ID: bad'))).toBe(true)
  })

  test('messages of a stream are left out without a hole in its numbers', async () => {
    const { file, capture } = newCapture({ keep: 'failed calls' })
    const writer = capture.connection(startMs, ends, plain)
    const stream = `${ofCall('good')}${ofCall('bad')}\r\n\r\n${ofCall('good', 'BYE')}${ofCall('bad', 'BYE')}`
    say(writer, 'client', stream.slice(0, 100))
    say(writer, 'client', stream.slice(100))
    capture.settle('good', false)
    capture.settle('bad', true)
    writer.end(startMs, 'client')
    await capture.close()
    const read = await readFile(file)
    expect(texts(read).sort()).toEqual(['\r\n\r\n', ofCall('bad', 'BYE'), ofCall('bad')].sort())
    expect(read.events.filter(({ kind }) => kind === 'loss')).toEqual([])
  })

  test('frames of a WebSocket are left out, its handshake and control frames are not', async () => {
    const { file, capture } = newCapture({ keep: 'failed calls' })
    const writer = capture.connection(startMs, ends, { secure: true, webSocket: true })
    const frame = (opcode: number, text: string, final = true) => {
      const length = text.length < 126 ? [text.length] : [126, text.length >> 8, text.length & 255]
      return Buffer.concat([Buffer.from([(final ? 0x80 : 0) | opcode, ...length]), Buffer.from(text)])
    }
    say(writer, 'client', 'GET / HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: sip\r\n\r\n')
    say(
      writer,
      'server',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: sip\r\n\r\n',
    )
    const bad = ofCall('bad')
    const parts = [
      frame(1, ofCall('good')),
      frame(1, bad.slice(0, 250), false),
      frame(9, 'ping'),
      frame(0, bad.slice(250)),
    ]
    say(writer, 'server', Buffer.concat(parts))
    capture.settle('good', false)
    capture.settle('bad', true)
    await capture.close()
    const read = await readFile(file)
    expect(texts(read)).toEqual([bad])
    expect(read.messages).toMatchObject([{ transport: 'wss', webSocket: { fragments: 2 } }])
    expect(read.events.map((event) => (event.kind === 'websocket-frame' ? event.opcode : event.kind))).toEqual([
      'connection',
      'websocket-handshake',
      'websocket-handshake',
      9,
      1,
      0,
      'message',
    ])
  })
})
