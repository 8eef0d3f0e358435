import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { linkType } from '../../src/capture/captured-packet.js'
import { tcpFlags } from '../../src/capture/write/ip-packet.js'
import { firstLines, pcapBytes, readBytes, startMs, texts } from './capture-files.js'
import { alice, Conversation, gateway, sipRequest, sipResponse } from './conversation.js'

const requests = [sipRequest('INVITE', 1, 'v=0\r\n'), sipRequest('ACK', 1), sipRequest('BYE', 2)]
const responses = [sipResponse(100, 1), sipResponse(200, 1)]

const read = (packets: readonly Buffer[], stepMs = 1) =>
  readBytes(
    pcapBytes(
      packets.map((bytes, index) => ({ bytes, atMs: startMs + index * stepMs })),
      linkType.raw,
    ),
  )

const opened = () => {
  const conversation = new Conversation()
  return { conversation, packets: conversation.handshake() }
}

describe('a TCP connection', () => {
  test('gives its messages with frames, times, ends and itself', async () => {
    const { conversation, packets } = opened()
    packets.push(...conversation.send(0, requests[0] ?? '', [100, 200]), ...conversation.send(1, responses.join('')))
    packets.push(conversation.finish(0), conversation.finish(1))
    const { events, messages } = await read(packets)
    expect(events.map((event) => (event.kind === 'connection' ? event.change : event.kind))).toEqual([
      'opened',
      'message',
      'message',
      'message',
      'fin',
      'fin',
    ])
    const connection = messages[0]?.connection
    expect(connection).toMatchObject({ id: 1, client: alice, server: gateway, transport: 'tcp', fromStart: true })
    expect(messages).toMatchObject([
      { frames: [4, 5, 6], firstAtMs: startMs + 3, atMs: startMs + 5, source: alice, checksum: 'good', content: 'sip' },
      { frames: [7], atMs: startMs + 6, source: gateway, destination: alice },
      { frames: [7], atMs: startMs + 6, transport: 'tcp' },
    ])
    expect(messages.every((message) => message.connection === connection)).toBe(true)
  })

  test('gives the same messages however it is cut, disordered, repeated and overlapped', async () => {
    const stream = requests.join('')
    const property = fc.asyncProperty(
      fc.array(fc.nat(stream.length), { maxLength: 25 }),
      fc.array(fc.nat(40), { maxLength: 25 }),
      fc.array(fc.tuple(fc.nat(stream.length), fc.nat(300)), { maxLength: 4 }),
      async (cuts, moves, overlaps) => {
        const { conversation, packets } = opened()
        const first = conversation.next[0]
        const segments = conversation.send(0, stream, cuts)
        for (const [from, length] of overlaps) {
          const part = Buffer.from(stream.slice(from, from + length), 'latin1')
          segments.push(conversation.packet(0, part, tcpFlags.acknowledge, (first + from) >>> 0))
        }
        for (const [index, move] of moves.entries()) {
          const [taken] = segments.splice(index % segments.length, 1)
          if (taken) segments.splice(move % (segments.length + 1), 0, taken)
        }
        const all = [...packets, ...segments, segments[0] ?? Buffer.alloc(0), conversation.finish(0)]
        const result = await read(all, 200)
        expect(texts(result)).toEqual(requests)
        expect(result.events.filter(({ kind }) => kind === 'loss')).toEqual([])
      },
    )
    await fc.assert(property, { numRuns: 150 })
  })

  test('whose octets were acknowledged and never seen has a gap, and goes on behind it', async () => {
    const { conversation, packets } = opened()
    const [a = '', b = '', c = ''] = requests
    const whole = conversation.send(0, a + b + c, [50, a.length + 20])
    packets.push(
      ...whole.slice(0, 1),
      ...whole.slice(2),
      conversation.packet(1),
      ...conversation.send(1, responses[1] ?? ''),
    )
    const result = await read(packets, 100)
    expect(result.messages.map(({ truncated, bytes }) => [bytes.toString('latin1').split(' ')[0], truncated])).toEqual([
      ['INVITE', true],
      ['BYE', false],
      ['SIP/2.0', false],
    ])
    expect(result.events.filter(({ kind }) => kind === 'loss')).toMatchObject([
      { reason: 'gap', count: a.length - 30, source: alice, destination: gateway },
    ])
  })

  test('with a hole that nobody acknowledged waits for what is missing', async () => {
    const { conversation, packets } = opened()
    const [one, two, three] = conversation.send(0, requests[0] ?? '', [50, 100])
    for (const packet of [one, three, two]) if (packet) packets.push(packet)
    expect(texts(await read(packets, 3000))).toEqual(requests.slice(0, 1))
  })

  test('whose start is not in the capture is followed from its next start-line', async () => {
    const conversation = new Conversation(alice, gateway, [7000, 9000])
    const packets = [
      ...conversation.send(0, 'nged\r\nContent-Length: 4\r\n\r\nabcd'),
      ...conversation.send(0, requests.join('')),
    ]
    packets.push(...conversation.send(1, responses[0] ?? ''))
    const result = await read(packets)
    expect(texts(result)).toEqual([...requests, responses[0]])
    expect(result.events[0]).toMatchObject({ kind: 'connection', change: 'found' })
    expect(result.messages[0]?.connection).toMatchObject({ client: alice, server: gateway, fromStart: false })
  })

  test('on the same ports again is another connection', async () => {
    const first = opened()
    const second = new Conversation(alice, gateway, [123_456, 654_321])
    const packets = [...first.packets, ...first.conversation.send(0, requests[0] ?? ''), ...second.handshake()]
    packets.push(...second.send(0, requests[1] ?? ''))
    expect((await read(packets)).messages.map(({ connection }) => connection?.id)).toEqual([1, 2])
  })

  test('that is kept alive by TCP and by CRLF has no octets twice', async () => {
    const { conversation, packets } = opened()
    packets.push(...conversation.send(0, requests[0] ?? ''))
    packets.push(conversation.packet(0, Buffer.from('\0'), tcpFlags.acknowledge, conversation.next[0] - 1))
    packets.push(
      ...conversation.send(0, '\r\n\r\n'),
      ...conversation.send(1, '\r\n'),
      ...conversation.send(0, requests[1] ?? ''),
    )
    const result = await read(packets, 1000)
    expect(result.messages.map(({ content, source }) => [content, source.port])).toEqual([
      ['sip', alice.port],
      ['keep-alive', alice.port],
      ['keep-alive', gateway.port],
      ['sip', alice.port],
    ])
  })

  test('whose message cannot be cut is told why, and goes on with the next start-line', async () => {
    const { conversation, packets } = opened()
    const headless = 'OPTIONS sip:a@example.com SIP/2.0\r\nVia: x\r\n\r\n'
    packets.push(...conversation.send(0, `${headless}${requests[1]}`), ...conversation.send(0, requests[2] ?? ''))
    expect((await read(packets)).messages).toMatchObject([
      { framing: 'missing-content-length', bytes: Buffer.from(headless) },
      { bytes: Buffer.from(requests[1] ?? '') },
      { bytes: Buffer.from(requests[2] ?? '') },
    ])
  })

  test('that is reset in the middle of a message tells what there was', async () => {
    const { conversation, packets } = opened()
    packets.push(...conversation.send(0, (requests[0] ?? '').slice(0, 120)))
    packets.push(conversation.packet(1, Buffer.alloc(0), tcpFlags.reset))
    const { events } = await read(packets)
    expect(events).toMatchObject([
      { change: 'opened' },
      { change: 'reset', source: gateway },
      { kind: 'message', truncated: true },
    ])
  })

  test.each([
    ['HTTP', 'GET /index.html HTTP/1.1\r\nHost: example.com\r\n\r\n'],
    ['something in octets', '\0\u0001\u0002\u0003hello'],
    ['lines of text', '220 mail.example.com ESMTP\r\n'],
  ])('that carries %s is not told', async (_what, text) => {
    const { conversation, packets } = opened()
    packets.push(...conversation.send(0, text), ...conversation.send(1, text), conversation.finish(0))
    expect((await read(packets)).events).toEqual([])
  })

  test('of TLS without keys is an entry of the loss ledger and a note', async () => {
    const { conversation, packets } = opened()
    packets.push(...conversation.send(0, Buffer.from('16030100050100000100', 'hex')), conversation.finish(0))
    const { events, summary } = await read(packets)
    expect(events).toMatchObject([{ kind: 'loss', reason: 'encrypted', source: alice, destination: gateway }])
    expect(summary.notes).toEqual([
      '1 TLS connections were not decrypted: no key log was given and the capture holds no keys',
    ])
  })
})

test('first lines of many connections at once come in the order of their frames', async () => {
  const all = Array.from({ length: 20 }, (_, index) => new Conversation({ host: alice.host, port: 41_000 + index }))
  const packets = all.flatMap((conversation) => conversation.handshake())
  for (const [index, conversation] of all.entries()) packets.push(...conversation.send(0, sipRequest(`M${index}`, 1)))
  expect(firstLines(await read(packets)).map((text) => text.split(' ')[0])).toEqual(all.map((_, index) => `M${index}`))
})
