import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { CaptureEvent } from '../../src/capture/captured-message.js'
import { linkType } from '../../src/capture/captured-packet.js'
import { ethernet, type Frame, pcapBytes, pcapngBytes, type Read, readBytes, startMs } from './capture-files.js'
import { alice, Conversation, sipRequest, sipResponse, udp } from './conversation.js'
import { call, impaired, inOrder } from './rtp-traffic.js'

/** IP packets of everything at once: UDP, TCP, WebSocket, RTP. */
function traffic(): Frame[] {
  const tcp = new Conversation()
  const ws = new Conversation({ host: alice.host, port: 41_000 }, { host: '192.0.2.9', port: 8080 })
  const head = 'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: sip\r\n\r\n'
  const text = (message: string) => Buffer.concat([Buffer.from([0x81, message.length]), Buffer.from(message)])
  const packets = [
    ...tcp.handshake(),
    ...ws.handshake(),
    ...ws.send(0, `GET / HTTP/1.1\r\n${head}`),
    ...ws.send(1, `HTTP/1.1 101 Switching Protocols\r\n${head}`),
    ...[1, 2, 3, 4, 5].flatMap((cseq) => [
      ...tcp.send(0, sipRequest('OPTIONS', cseq, 'body'), [90]),
      ...ws.send(1, text(sipResponse(200, cseq))),
      ...tcp.send(1, sipResponse(200, cseq)),
      udp(sipRequest('OPTIONS', cseq)),
    ]),
    tcp.finish(0),
  ].map((bytes, index) => ({ bytes, atMs: startMs + 2000 + index }))
  return inOrder([...call(), ...packets, ...impaired(5, 50, { loss: 0.1 })])
}

const frames = traffic()

/** Events without what may differ: frame numbers, checksums, connections' objects, where the octets of messages stand. */
const essence = (events: readonly CaptureEvent[]): unknown[] =>
  events.map((event) => {
    const {
      frames: _frames,
      checksum: _checksum,
      memory: _memory,
      start: _start,
      end: _end,
      connection,
      ...rest
    } = factsOf(event)
    return { ...rest, connection: (connection as { id?: number } | undefined)?.id }
  })

/** A message makes some of its facts when they are asked for. */
const factsOf = (event: CaptureEvent): Record<string, unknown> =>
  event.kind === 'message' ? { ...event, bytes: event.bytes, firstAtMs: event.firstAtMs } : { ...event }

describe('the same traffic', () => {
  let plain: Read
  beforeAll(async () => {
    plain = await readBytes(pcapBytes(frames, linkType.raw))
    expect(plain.messages.length).toBe(3 + 20)
  })

  const tagged = (tags: string) => frames.map(({ bytes, ...rest }) => ({ ...rest, bytes: ethernet(bytes, tags) }))
  const twice = frames.flatMap((frame) => [frame, frame])
  test.each<[string, () => Buffer]>([
    ['in pcapng', () => pcapngBytes(frames, linkType.raw)],
    ['within gzip', () => gzipSync(pcapngBytes(frames, linkType.raw))],
    [
      'in a nanosecond file of the other byte order',
      () => pcapBytes(frames, linkType.raw, { order: 'big', nanoseconds: true }),
    ],
    ['in Ethernet', () => pcapBytes(tagged(''))],
    ['behind VLAN tags', () => pcapngBytes(tagged('88a800018100000a'))],
    ['with every packet twice', () => pcapBytes(twice, linkType.raw)],
    [
      'in two sections',
      () =>
        Buffer.concat([pcapngBytes(frames.slice(0, 40), linkType.raw), pcapngBytes(frames.slice(40), linkType.raw)]),
    ],
  ])('%s gives the same events', async (_how, bytes) => {
    const other = await readBytes(bytes())
    const withoutInterface = (read: Read) =>
      essence(read.events).map((event) => ({ ...(event as object), interfaceIndex: undefined }))
    expect(withoutInterface(other)).toEqual(withoutInterface(plain))
    expect(other.summary.damage).toBeUndefined()
  })

  test('cut at any byte gives the first of the events, and says that it is cut', async () => {
    for (const whole of [pcapBytes(frames, linkType.raw), pcapngBytes(frames, linkType.raw)]) {
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 30, max: whole.length - 1 }), async (length) => {
          const cut = await readBytes(whole.subarray(0, length))
          const told = cut.events.filter((event) => event.kind !== 'loss' && !('truncated' in event && event.truncated))
          expect(essence(told)).toEqual(essence(plain.events.slice(0, told.length)))
          const atBoundary = cut.summary.damage === undefined
          if (!atBoundary) expect(cut.summary.damage?.text).toMatch(/^ends within a/)
        }),
        { numRuns: 40 },
      )
    }
  })

  test('without some of its packets tells no message that was not there', async () => {
    const known = new Set(plain.messages.map(({ bytes }) => bytes.toString('latin1')))
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(frames.length - 1), { minLength: 1, maxLength: 6 }), async (dropped) => {
        const { messages } = await readBytes(
          pcapBytes(
            frames.filter((_, index) => !dropped.includes(index)),
            linkType.raw,
          ),
        )
        const foreign = messages.filter(({ bytes, truncated }) => !truncated && !known.has(bytes.toString('latin1')))
        expect(foreign).toEqual([])
      }),
      { numRuns: 100 },
    )
  })
})

describe('whatever a file holds', () => {
  const files = [
    pcapBytes(frames, linkType.raw),
    pcapngBytes(frames, linkType.raw),
    pcapBytes(frames.map(({ bytes }) => ({ bytes: ethernet(bytes) }))),
  ]

  test('reading it never throws', async () => {
    const edit = fc.tuple(fc.nat(1_000_000), fc.integer({ min: 0, max: 255 }))
    await fc.assert(
      fc.asyncProperty(
        fc.nat(files.length - 1),
        fc.array(edit, { minLength: 1, maxLength: 30 }),
        async (which, edits) => {
          const bytes = Buffer.from(files[which] ?? '')
          for (const [at, value] of edits) bytes[at % bytes.length] = value
          const rtp = { onStream: () => {}, onCall: () => {} }
          expect((await readBytes(bytes, { rtp })).summary.frames).toBeGreaterThanOrEqual(0)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('random bytes behind a good header never throw', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(2), fc.uint8Array({ maxLength: 600 }), async (which, noise) => {
        const head = (files[which] ?? Buffer.alloc(0)).subarray(0, which === 1 ? 400 : 24)
        expect((await readBytes(Buffer.concat([head, noise]))).summary).toBeDefined()
      }),
      { numRuns: 200 },
    )
  })

  test('random packets of every link type never throw', async () => {
    const links = [...Object.values(linkType), 147]
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...links),
        fc.array(fc.uint8Array({ maxLength: 120 }), { maxLength: 20 }),
        async (link, packets) => {
          const { summary } = await readBytes(
            pcapBytes(
              packets.map((bytes) => ({ bytes: Buffer.from(bytes) })),
              link,
            ),
          )
          expect(summary.damage).toBeUndefined()
        },
      ),
      { numRuns: 200 },
    )
  })
})
