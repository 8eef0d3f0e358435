import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CapturedPacket, PacketSink } from '../../src/capture/captured-packet.js'
import { PcapReader } from '../../src/capture/file/pcap-reader.js'
import { PcapngReader } from '../../src/capture/file/pcapng-reader.js'
import { enhancedPacket, tlsSecrets } from '../../src/capture/write/pcapng-blocks.js'
import { temporaryFolder } from '../peers/temporary-folder.js'
import { ethernet, firstLines, pcapBytes, pcapngBytes, readBytes, readFile, startMs } from './capture-files.js'
import { sipRequest, udp } from './conversation.js'

const options = (cseq: number) => ethernet(udp(sipRequest('OPTIONS', cseq)))
const three = [1, 2, 3].map((cseq) => ({ bytes: options(cseq) }))
const seen = ['OPTIONS', 'OPTIONS', 'OPTIONS'].map((method) => `${method} sip:bob@example.com SIP/2.0`)

/** One block of pcapng in big-endian order, written independently of the product. */
function bigBlock(type: number, body: Buffer): Buffer {
  const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)])
  const bytes = Buffer.alloc(12 + padded.length)
  bytes.writeUInt32BE(type, 0)
  bytes.writeUInt32BE(bytes.length, 4)
  padded.copy(bytes, 8)
  bytes.writeUInt32BE(bytes.length, bytes.length - 4)
  return bytes
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')
const bigSection = bigBlock(0x0a0d0d0a, hex('1a2b3c4d 0001 0000 ffffffff ffffffff'))

function bigPacket(high: number, low: number, bytes: Buffer, options = ''): Buffer {
  const head = Buffer.alloc(20)
  head.writeUInt32BE(high, 4)
  head.writeUInt32BE(low, 8)
  head.writeUInt32BE(bytes.length, 12)
  head.writeUInt32BE(bytes.length, 16)
  const padding = Buffer.alloc((4 - (bytes.length % 4)) % 4)
  return bigBlock(6, Buffer.concat([head, bytes, padding, hex(options)]))
}

const words = (value: bigint): [number, number] => [Number(value >> 32n), Number(value & 0xffff_ffffn)]

describe('a pcap file', () => {
  test.each([
    ['little', false],
    ['little', true],
    ['big', false],
    ['big', true],
  ] as const)('in %s-endian order, nanoseconds %s, gives packets with their times', async (order, nanoseconds) => {
    const atMs = startMs + 0.25
    const read = await readBytes(pcapBytes([{ bytes: options(1), atMs }], 1, { order, nanoseconds }))
    expect(read.messages).toMatchObject([{ atMs, frames: [1], transport: 'udp', checksum: 'good', ttl: 64 }])
    expect(read.summary).toMatchObject({ format: 'pcap', frames: 1, damage: undefined, firstMs: atMs, lastMs: atMs })
  })

  test('that is cut within a packet gives everything before and says where', async () => {
    const whole = pcapBytes(three)
    const read = await readBytes(whole.subarray(0, whole.length - 5))
    expect(firstLines(read)).toEqual(seen.slice(0, 2))
    const offset = 24 + 2 * (16 + options(1).length)
    expect(read.summary.damage).toMatchObject({ offset, text: expect.stringMatching(/^ends within a packet/) })
    expect(read.events.at(-1)).toMatchObject({ kind: 'loss', reason: 'damage', afterFrame: 2 })
  })

  test('with a corrupt length gives everything before and gathers nothing', async () => {
    const whole = pcapBytes(three)
    const at = 24 + 16 + options(1).length
    whole.writeUInt32LE(0x7fff_ffff, at + 8)
    const read = await readBytes(whole)
    expect(firstLines(read)).toEqual(seen.slice(0, 1))
    expect(read.summary.damage).toMatchObject({ offset: at, text: expect.stringContaining('length is corrupt') })
  })

  test('of another version is refused', async () => {
    const whole = pcapBytes(three)
    whole.writeUInt16LE(9, 4)
    const { summary, events } = await readBytes(whole)
    expect(summary.damage).toMatchObject({ offset: 0, text: 'is pcap of version 9.4; 2.4 can be read' })
    expect(events).toHaveLength(1)
  })

  test('that ends within its header says so', async () => {
    expect((await readBytes(pcapBytes([]).subarray(0, 20))).summary.damage?.text).toContain('header of the file')
  })

  test('with nothing in it is no damage', async () => {
    expect((await readBytes(pcapBytes([]))).summary).toMatchObject({ frames: 0, damage: undefined, firstMs: undefined })
  })
})

describe('a pcapng file', () => {
  test('in big-endian order with a time resolution and an offset gives true times', async () => {
    const picoseconds = hex('0001 0000 00000000 0009 0001 0c000000 000e 0008 000000000000000a 0000 0000')
    const small = words(123_456_789_000n)
    const file = Buffer.concat([bigSection, bigBlock(1, picoseconds), bigPacket(...small, options(1))])
    expect((await readBytes(file)).messages).toMatchObject([{ atMs: 10_000 + 123.456789 }])
  })

  test.each([
    ['milliseconds', '03', 1000n],
    ['microseconds', '06', 1_000_000n],
    ['nanoseconds', '09', 1_000_000_000n],
    ['2^-20 s', '94', 1_048_576n],
  ])('reads %s', async (_name, resolution, unitsPerSecond) => {
    const description = hex(`0001 0000 00000000 0009 0001 ${resolution}000000 0000 0000`)
    const units = (BigInt(startMs) * unitsPerSecond) / 1000n
    const file = Buffer.concat([bigSection, bigBlock(1, description), bigPacket(...words(units), options(1))])
    const [message] = (await readBytes(file)).messages
    expect(message?.atMs).toBeCloseTo(startMs, -0.5)
    expect(Math.abs((message?.atMs ?? 0) - startMs)).toBeLessThanOrEqual(0.001)
  })

  test('with two sections of different byte order numbers interfaces and frames through', async () => {
    const second = Buffer.concat([bigSection, bigBlock(1, hex('0001 0000 00000000')), bigPacket(0, 7, options(2))])
    const read = await readBytes(Buffer.concat([pcapngBytes([{ bytes: options(1) }]), second]))
    expect(read.messages).toMatchObject([
      { interfaceIndex: 0, frames: [1] },
      { interfaceIndex: 1, frames: [2], atMs: 0.007 },
    ])
  })

  test('gives simple packets the time of the packet before', async () => {
    const bytes = options(2)
    const simple = Buffer.concat([hex('00000000'), bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])
    simple.writeUInt32BE(bytes.length, 0)
    const file = [
      bigSection,
      bigBlock(1, hex('0001 0000 00000000')),
      bigPacket(0, 9000, options(1)),
      bigBlock(3, simple),
    ]
    expect((await readBytes(Buffer.concat(file))).messages).toMatchObject([{ atMs: 9 }, { atMs: 9 }])
  })

  test('tells drops of packets and of interfaces once', async () => {
    const statistics = (drops: string) => bigBlock(5, hex(`00000000 00000000 00000001 0005 0008 ${drops} 0000 0000`))
    const drops = '0004 0008 0000000000000003 0000 0000'
    const file = [bigSection, bigBlock(1, hex('0001 0000 00000000')), bigPacket(0, 9000, options(1), drops)]
    file.push(statistics('0000000000000005'), statistics('0000000000000007'))
    const losses = (await readBytes(Buffer.concat(file))).events.filter(({ kind }) => kind === 'loss')
    expect(losses).toMatchObject([
      { reason: 'dropped', count: 3 },
      { reason: 'dropped', count: 5 },
      { reason: 'dropped', count: 2 },
    ])
  })

  test('passes over blocks that it does not know, and secrets', async () => {
    const file = pcapngBytes([{ bytes: options(1) }])
    const packet = enhancedPacket(0, startMs, options(2))
    const unknown = Buffer.from('ad0b000010000000deadbeef10000000', 'hex')
    const read = await readBytes(Buffer.concat([file, unknown, tlsSecrets('CLIENT_RANDOM 00 00'), packet]))
    expect(firstLines(read)).toEqual(seen.slice(0, 2))
    expect(read.summary).toMatchObject({ format: 'pcapng', frames: 2, damage: undefined })
  })

  const first = pcapngBytes([{ bytes: options(1) }])
  const packet = enhancedPacket(0, startMs, options(2))
  const changed = (at: number, value: number) => {
    const bytes = Buffer.from(packet)
    bytes.writeUInt32LE(value, at)
    return bytes
  }
  test.each([
    ['is cut', packet.subarray(0, 40), /^ends within a block/],
    ['has a corrupt length', changed(4, 13), /claims 13 bytes/],
    ['has two lengths', changed(packet.length - 4, 20), /two lengths differ/],
    ['is of an unknown interface', changed(8, 4), /interface 4, which is not described/],
    ['claims more than it has', changed(20, 5000), /claims 5000 bytes/],
    [
      'is a section of a future version',
      bigBlock(0x0a0d0d0a, hex('1a2b3c4d 0002 0000 ffffffff ffffffff')),
      /version 2/,
    ],
    [
      'is a section without byte order',
      bigBlock(0x0a0d0d0a, hex('00000000 0001 0000 ffffffff ffffffff')),
      /byte order/,
    ],
  ])('whose second packet %s gives the first and says where', async (_what, second, text) => {
    const read = await readBytes(Buffer.concat([first, second]))
    expect(firstLines(read)).toEqual(seen.slice(0, 1))
    expect(read.summary.damage).toMatchObject({ offset: first.length, text: expect.stringMatching(text) })
  })
})

const textOf = ({ frame, bytes, start, end }: CapturedPacket): string =>
  `${frame} ${bytes.toString('latin1', start, end)}`

describe('a reader', () => {
  const side = { onDrop: () => {}, onTlsSecrets: () => {} }
  const many = Array.from({ length: 30 }, (_, cseq) => ({ bytes: options(cseq) }))
  const files = [
    ['pcap', pcapBytes(many), (sink: PacketSink) => new PcapReader(false, sink)],
    ['pcapng', pcapngBytes(many), (sink: PacketSink) => new PcapngReader(sink, side)],
  ] as const

  test.each(files)('of %s gives the same packets whatever pieces the file comes in', (_name, bytes, open) => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 40 }), (sizes) => {
        const packets: string[] = []
        const reader = open((packet) => void packets.push(textOf(packet)))
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1
          expect(reader.push(bytes.subarray(at, at + size))).toBeUndefined()
          at += size
        }
        expect(reader.end()).toBeUndefined()
        expect(packets).toEqual(many.map((frame, index) => `${index + 1} ${frame.bytes.toString('latin1')}`))
      }),
    )
  })
})

describe('gzip', () => {
  const packed = gzipSync(pcapBytes([...three, ...three.map(({ bytes }) => ({ bytes, atMs: startMs + 1000 }))]))

  test.each([
    ['pcap', pcapBytes(three)],
    ['pcapng', pcapngBytes(three)],
  ])('of %s is read like the file itself', async (format, bytes) => {
    const read = await readBytes(gzipSync(bytes))
    expect(firstLines(read)).toEqual(seen)
    expect(read.summary).toMatchObject({ format, damage: undefined })
  })

  test('that is cut gives what it held', async () => {
    const noise = Array.from({ length: 400 }, (_, cseq) => ({ bytes: options(cseq) }))
    const cut = gzipSync(pcapBytes(noise))
    const read = await readBytes(cut.subarray(0, cut.length - 40))
    expect(read.messages.length).toBeGreaterThan(100)
    expect(read.summary.damage?.text).toBe('ends within its gzip data')
  })

  test('that is corrupt says so', async () => {
    const corrupt = Buffer.from(packed)
    corrupt.fill(0xff, 20, 60)
    expect((await readBytes(corrupt)).summary.damage?.text).toBe('holds gzip data that is corrupt')
  })
})

describe('what is no capture is refused by name', () => {
  test.each([
    ['an empty file', '', 'is empty'],
    ['text', Buffer.from('hello world').toString('hex'), 'is no capture'],
    ['a few bytes', '0102', 'is no capture'],
    ['Network Monitor 1', '5254535300000000', 'Network Monitor 1'],
    ['Network Monitor 2', '474d425500000000', 'Network Monitor 2'],
    ['snoop', '736e6f6f7000000000000002', 'snoop'],
    ['modified pcap', 'd4c3b2a1'.replace('d4c3b2a1', '34cdb2a1').padEnd(48, '0'), 'modified kind'],
    ['zstd', '28b52ffd00000000', 'zstd'],
    ['gzip of nothing', gzipSync(Buffer.alloc(0)).toString('hex'), 'is empty'],
    ['gzip within gzip', gzipSync(gzipSync(pcapBytes(three))).toString('hex'), 'gzip within gzip'],
  ])('%s', async (_what, bytes, text) => {
    const { summary, messages } = await readBytes(hex(bytes))
    expect(summary.damage).toMatchObject({ offset: 0, text: expect.stringContaining(text) })
    expect([summary.format, messages]).toEqual([undefined, []])
  })

  test('a folder, and a file that does not exist', async () => {
    const folder = join(temporaryFolder('folder'), 'it')
    mkdirSync(folder)
    expect((await readFile(folder)).summary.damage?.text).toBe('is a folder')
    expect((await readFile(join(folder, 'none'))).summary.damage?.text).toBe('does not exist')
  })
})
