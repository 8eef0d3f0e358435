import { constants, deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CapturedFrame } from '../../src/capture/captured-message.js'
import { linkType } from '../../src/capture/captured-packet.js'
import { pcapBytes, type Read, readBytes, startMs, texts } from './capture-files.js'
import { alice, Conversation, sipRequest } from './conversation.js'

const server = { host: '192.0.2.9', port: 8080 }
const upgrade = (more = '') =>
  `GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: sip\r\n${more}\r\n`
const switching = (more = '') =>
  `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: sip\r\n${more}\r\n`

interface FrameOptions {
  readonly opcode?: number
  readonly final?: boolean
  readonly reserved?: number
  readonly masked?: boolean
  /** Octets of the length field: 0, 2 or 8. */
  readonly lengthOctets?: number
}

const mask = Buffer.from([0x12, 0x34, 0x56, 0x78])

/** A frame of RFC 6455 5.2, written independently of the product. */
function frame(payload: string | Buffer, options: FrameOptions = {}): Buffer {
  const data = Buffer.from(typeof payload === 'string' ? Buffer.from(payload, 'latin1') : payload)
  const octets = options.lengthOctets ?? (data.length < 126 ? 0 : data.length < 65_536 ? 2 : 8)
  const head = Buffer.alloc(2 + octets)
  head[0] = ((options.final ?? true) ? 0x80 : 0) | ((options.reserved ?? 0) << 4) | (options.opcode ?? 1)
  head[1] = (octets === 0 ? data.length : octets === 2 ? 126 : 127) | (options.masked ? 0x80 : 0)
  if (octets === 2) head.writeUInt16BE(data.length, 2)
  if (octets === 8) head.writeBigUInt64BE(BigInt(data.length), 2)
  if (!options.masked) return Buffer.concat([head, data])
  return Buffer.concat([head, mask, data.map((octet, index) => octet ^ (mask[index % 4] ?? 0))])
}

const client = (payload: string | Buffer, options: FrameOptions = {}) => frame(payload, { masked: true, ...options })

const read = (packets: readonly Buffer[], stepMs = 1) =>
  readBytes(
    pcapBytes(
      packets.map((bytes, index) => ({ bytes, atMs: startMs + index * stepMs })),
      linkType.raw,
    ),
  )

function opened(request = upgrade(), response = switching()) {
  const conversation = new Conversation(alice, server)
  const packets = conversation.handshake()
  packets.push(...conversation.send(0, request), ...conversation.send(1, response))
  return { conversation, packets }
}

const frames = ({ events }: Read): CapturedFrame[] => events.filter((event) => event.kind === 'websocket-frame')
const invite = sipRequest('INVITE', 1, 'x'.repeat(200))
const short = sipRequest('ACK', 1)

describe('a WebSocket connection', () => {
  test('gives its handshake, its frames and its messages', async () => {
    const { conversation, packets } = opened()
    packets.push(...conversation.send(0, Buffer.concat([client(invite), client(short, { opcode: 2 })]), [40]))
    packets.push(...conversation.send(1, frame('', { opcode: 9 })), ...conversation.send(0, client('', { opcode: 10 })))
    packets.push(...conversation.send(1, frame(Buffer.from([0x03, 0xe8]), { opcode: 8 })))
    const result = await read(packets)
    const { events, messages } = result
    expect(events.map((event) => ('part' in event ? event.part : event.kind)).slice(0, 4)).toEqual([
      'connection',
      'request',
      'response',
      'websocket-frame',
    ])
    expect(messages[0]?.connection).toMatchObject({
      transport: 'ws',
      client: alice,
      server,
      upgradeRequest: Buffer.from(upgrade()),
      upgradeResponse: Buffer.from(switching()),
    })
    expect(messages).toMatchObject([
      {
        bytes: Buffer.from(invite),
        frames: [6, 7],
        webSocket: { opcode: 1, fragments: 1, masked: 'all', begun: true },
      },
      { bytes: Buffer.from(short), frames: [7], webSocket: { opcode: 2, masked: 'all', compressed: false } },
    ])
    expect(frames(result).map(({ opcode, masked, payloadLength }) => [opcode, masked, payloadLength])).toEqual([
      [1, true, invite.length],
      [2, true, short.length],
      [9, false, 0],
      [10, true, 0],
      [8, false, 2],
    ])
    expect(frames(result).at(-1)).toMatchObject({ controlPayload: Buffer.from([0x03, 0xe8]), source: server })
  })

  test('gives the same messages however TCP cuts it', async () => {
    const sent = Buffer.concat([
      client(invite.slice(0, 100), { final: false }),
      client('are you there', { opcode: 9 }),
      client(invite.slice(100), { opcode: 0 }),
      client(short),
      client('\r\n\r\n'),
    ])
    const property = fc.asyncProperty(
      fc.array(fc.nat(sent.length + upgrade().length), { maxLength: 20 }),
      async (cuts) => {
        const conversation = new Conversation(alice, server)
        const packets = conversation.handshake()
        packets.push(...conversation.send(0, upgrade(), cuts), ...conversation.send(1, switching(), cuts))
        packets.push(...conversation.send(0, sent, cuts))
        const result = await read(packets)
        expect(texts(result)).toEqual([invite, short, '\r\n\r\n'])
        expect(result.messages).toMatchObject([
          { content: 'sip', webSocket: { fragments: 2, interleaved: 1 } },
          { content: 'sip' },
          { content: 'keep-alive' },
        ])
        expect(frames(result)).toHaveLength(5)
      },
    )
    await fc.assert(property, { numRuns: 100 })
  })

  test('has octets of the client before the answer, and of the server behind its head', async () => {
    const conversation = new Conversation(alice, server)
    const packets = conversation.handshake()
    packets.push(...conversation.send(0, Buffer.concat([Buffer.from(upgrade()), client(invite)])))
    packets.push(...conversation.send(1, Buffer.concat([Buffer.from(switching()), frame(short)])))
    expect(texts(await read(packets))).toEqual([invite, short])
  })

  test.each([
    ['an unmasked frame of a client', frame(short), { masked: 'none' }, {}],
    ['a length in too many octets', client(short, { lengthOctets: 8 }), {}, { overlongLength: true }],
    ['reserved bits', client(short, { reserved: 3 }), {}, { reserved: 3 }],
    ['a reserved opcode', client(short, { opcode: 3 }), { opcode: 3 }, { opcode: 3 }],
  ])('with %s is read and the fact is told', async (_what, bytes, fact, frameFact) => {
    const { conversation, packets } = opened()
    packets.push(...conversation.send(0, bytes))
    const result = await read(packets)
    expect(result.messages).toMatchObject([{ content: 'sip', webSocket: fact }])
    expect(frames(result)).toMatchObject([frameFact])
  })

  test('that carries something else in a message tells that, too', async () => {
    const { conversation, packets } = opened()
    packets.push(...conversation.send(0, client('{"method":"INVITE"}')), ...conversation.send(0, client('')))
    expect((await read(packets)).messages).toMatchObject([{ content: 'other' }, { content: 'keep-alive' }])
  })

  test('that is refused and tried again has both answers', async () => {
    const conversation = new Conversation(alice, server)
    const packets = conversation.handshake()
    packets.push(...conversation.send(0, upgrade()))
    packets.push(...conversation.send(1, 'HTTP/1.1 401 Unauthorized\r\nContent-Length: 4\r\n\r\noops'))
    packets.push(...conversation.send(0, upgrade('Authorization: x\r\n')), ...conversation.send(1, switching()))
    packets.push(...conversation.send(0, client(short)))
    const { events } = await read(packets)
    expect(events.filter((event) => event.kind === 'websocket-handshake').map(({ part }) => part)).toEqual([
      'request',
      'response',
      'request',
      'response',
    ])
    expect(events.at(-1)).toMatchObject({ kind: 'message', content: 'sip' })
  })

  test('of another subprotocol that carries no SIP is not told', async () => {
    const chat = (text: string) => text.replace('Protocol: sip', 'Protocol: chat')
    const { conversation, packets } = opened(chat(upgrade()), chat(switching()))
    for (let index = 0; index < 100; index++) packets.push(...conversation.send(0, client(`hello ${index}`)))
    expect((await read(packets)).events).toEqual([])
  })

  test('of another subprotocol that carries SIP all the same is told from its start', async () => {
    const none = (text: string) => text.replace('Sec-WebSocket-Protocol: sip\r\n', '')
    const { conversation, packets } = opened(none(upgrade()), none(switching()))
    packets.push(...conversation.send(0, client(short)))
    expect((await read(packets)).events.map(({ kind }) => kind)).toEqual([
      'connection',
      'websocket-handshake',
      'websocket-handshake',
      'websocket-frame',
      'message',
    ])
  })
})

describe('without the handshake', () => {
  test('frames are recognized by the SIP in them', async () => {
    const conversation = new Conversation(alice, server, [7000, 9000])
    const packets = [
      ...conversation.send(1, frame('', { opcode: 9 }).subarray(1)),
      ...conversation.send(0, client(invite), [200]),
    ]
    packets.push(...conversation.send(1, frame(short)))
    const result = await read(packets)
    expect(texts(result)).toEqual([invite, short])
    expect(result.messages[0]?.connection).toMatchObject({ transport: 'ws', client: alice, server, fromStart: false })
  })

  test('and behind a gap they are found again', async () => {
    const { conversation, packets } = opened()
    const [a, b, c] = conversation.send(0, Buffer.concat([client(invite), client(invite), client(short)]), [
      invite.length + 50,
      2 * (invite.length + 8),
    ])
    packets.push(...[a, c].flatMap((packet) => packet ?? []), conversation.packet(1), conversation.packet(1))
    expect(b).toBeDefined()
    const result = await read(packets, 100)
    expect(texts(result)).toEqual([invite, short])
    expect(result.events.filter(({ kind }) => kind === 'loss')).toHaveLength(1)
  })
})

describe('permessage-deflate', () => {
  /** Messages deflated one after the other; with a context each is deflated with those before as its dictionary. */
  function deflated(messages: readonly string[], context: boolean): Buffer[] {
    return messages.map((message, index) => {
      const dictionary = Buffer.from(messages.slice(0, index).join('')).subarray(-32_768)
      const options = context && index > 0 ? { dictionary } : {}
      const bytes = deflateRawSync(Buffer.from(message), { finishFlush: constants.Z_SYNC_FLUSH, ...options })
      return bytes.subarray(0, bytes.length - 4)
    })
  }
  const extension = (more: string) => `Sec-WebSocket-Extensions: permessage-deflate${more}\r\n`

  test.each([
    ['with context', true, ''],
    ['without context', false, '; client_no_context_takeover'],
  ])('%s is undone', async (_what, context, more) => {
    const { conversation, packets } = opened(upgrade(extension('')), switching(extension(more)))
    for (const payload of deflated([invite, short, invite], context)) {
      packets.push(...conversation.send(0, client(payload, { reserved: 4 })))
    }
    const result = await read(packets)
    expect(texts(result)).toEqual([invite, short, invite])
    expect(result.messages[0]?.webSocket).toMatchObject({ compressed: true })
  })

  test('of a message in fragments is undone', async () => {
    const { conversation, packets } = opened(upgrade(extension('')), switching(extension('')))
    const [payload = Buffer.alloc(0)] = deflated([invite], false)
    packets.push(...conversation.send(0, client(payload.subarray(0, 50), { reserved: 4, final: false })))
    packets.push(...conversation.send(0, client(payload.subarray(50), { opcode: 0 })))
    expect(texts(await read(packets))).toEqual([invite])
  })

  test('of nonsense is told as it came', async () => {
    const { conversation, packets } = opened(upgrade(extension('')), switching(extension('')))
    packets.push(...conversation.send(0, client(Buffer.from('ffffffff', 'hex'), { reserved: 4 })))
    expect((await read(packets)).messages).toMatchObject([{ content: 'other', truncated: true }])
  })
})
