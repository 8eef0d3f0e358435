import { describe, expect, test } from 'vitest'
import { linkType } from '../../src/capture/captured-packet.js'
import { ethernet, firstLines, pcapBytes, readBytes, startMs, texts } from './capture-files.js'
import { alice, aliceV6, gateway, gatewayV6, sipRequest, udp } from './conversation.js'

const request = sipRequest('OPTIONS', 1)
const line = 'OPTIONS sip:bob@example.com SIP/2.0'
const packet = () => udp(request)
const packetV6 = () => udp(request, aliceV6, gatewayV6)
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')
const behind = (header: string, inner: Buffer): Buffer => Buffer.concat([hex(header), inner])

/** An IPv4 packet around a payload. */
function ipv4(protocol: number, payload: Buffer, fragment = 0, identification = 77): Buffer {
  const header = hex('45000000 00000000 40000000 c6336401 c6336402')
  header.writeUInt16BE(20 + payload.length, 2)
  header.writeUInt16BE(identification, 4)
  header.writeUInt16BE(fragment, 6)
  header[9] = protocol
  return Buffer.concat([header, payload])
}

describe('a message is found behind', () => {
  test.each([
    ['Ethernet', linkType.ethernet, ethernet(packet())],
    ['Ethernet, IPv6', linkType.ethernet, ethernet(packetV6())],
    ['a VLAN tag', linkType.ethernet, ethernet(packet(), '8100000a')],
    ['QinQ', linkType.ethernet, ethernet(packet(), '88a80001 8100000a'.replace(' ', ''))],
    ['three tags of the older kind', linkType.ethernet, ethernet(packet(), '910000019100000281000003')],
    ['MPLS', linkType.ethernet, behind('020000000002 020000000001 8847 00001040 00002140', packet())],
    ['PPPoE', linkType.ethernet, behind('020000000002 020000000001 8864 1100 0001 0100 0021', packet())],
    ['SLL', linkType.sll, behind('0000 0001 0006 0200000000010000 0800', packet())],
    ['SLL with a VLAN tag', linkType.sll, behind('0000 0001 0006 0200000000010000 8100 000a 0800', packet())],
    ['SLL2', linkType.sll2, behind('86dd 0000 00000001 0001 00 06 0200000000010000', packetV6())],
    ['NULL of a little-endian host', linkType.null, behind('02000000', packet())],
    ['NULL of a big-endian host, IPv6', linkType.null, behind('0000001e', packetV6())],
    ['LOOP', linkType.loop, behind('00000018', packetV6())],
    ['raw IP', linkType.raw, packet()],
    ['raw IP as BSD numbers it', linkType.rawBsd, packetV6()],
    ['raw IPv4', linkType.ipv4, packet()],
    ['raw IPv6', linkType.ipv6, packetV6()],
    ['IP in IP', linkType.raw, ipv4(4, packet())],
    ['IPv6 in IPv4', linkType.raw, ipv4(41, packetV6())],
    ['GRE', linkType.raw, ipv4(47, behind('0000 0800', packet()))],
    [
      'GRE with checksum, key and sequence',
      linkType.raw,
      ipv4(47, behind('b000 86dd 00000000 00000007 00000001', packetV6())),
    ],
    ['Ethernet within GRE', linkType.raw, ipv4(47, behind('0000 6558', ethernet(packet(), '8100000a')))],
    ['a tunnel within a tunnel', linkType.raw, ipv4(4, ipv4(47, behind('0000 0800', packet())))],
  ])('%s', async (_name, link, bytes) => {
    const read = await readBytes(pcapBytes([{ bytes }], link))
    expect(texts(read)).toEqual([request])
    const v6 = read.messages[0]?.source.host.includes(':')
    expect(read.messages[0]).toMatchObject({
      source: v6 ? aliceV6 : alice,
      destination: v6 ? gatewayV6 : gateway,
      transport: 'udp',
      ttl: 64,
      checksum: 'good',
    })
  })
})

test.each([
  ['ARP', linkType.ethernet, '020000000002 020000000001 0806 0001'],
  ['LLC', linkType.ethernet, '020000000002 020000000001 0026 4242'],
  ['EtherType 0x1234', linkType.ethernet, '020000000002 020000000001 1234 0001'],
  ['too short', linkType.ethernet, '0200'],
  ['link type 147', 147, '0102030405'],
  ['malformed IP header', linkType.raw, '4500'],
  ['IP protocol 132', linkType.raw, ipv4(132, Buffer.alloc(8)).toString('hex')],
  ['tunnel', linkType.raw, ipv4(47, hex('0007 0800 4500')).toString('hex')],
])('what is not read is counted by name: %s', async (name, link, bytes) => {
  expect((await readBytes(pcapBytes([{ bytes: hex(bytes) }], link))).summary.unread).toEqual({ [name]: 1 })
})

describe('IP fragments', () => {
  const long = sipRequest('OPTIONS', 1, 'x'.repeat(3000))
  const whole = udp(long)
  const [header, payload] = [whole.subarray(0, 20), whole.subarray(20)]
  const cuts = [0, 1480, 2000, payload.length]
  const fragments = cuts.slice(1).map((end, index) => {
    const start = cuts[index] ?? 0
    const bytes = Buffer.concat([header, payload.subarray(start, end)])
    bytes.writeUInt16BE(20 + end - start, 2)
    bytes.writeUInt16BE((end < payload.length ? 0x2000 : 0) | (start / 8), 6)
    return bytes
  })
  const orders = [
    [0, 1, 2],
    [2, 1, 0],
    [1, 2, 0],
    [0, 0, 1, 1, 2],
  ]

  test.each(orders)('are joined in the order %i %i %i %s %s', async (...order) => {
    const frames = order.filter((index) => index !== undefined).map((index) => ({ bytes: fragments[index] ?? whole }))
    const read = await readBytes(pcapBytes(frames, linkType.raw))
    expect(texts(read)).toEqual([long])
    expect(read.messages[0]).toMatchObject({ firstAtMs: startMs, checksum: 'unknown' })
    expect(read.messages[0]?.frames).toHaveLength(3)
  })

  test('that overlap keep the octets that came first', async () => {
    const overlap = Buffer.from(fragments[1] ?? whole)
    overlap.fill(0x79, 20)
    const early = Buffer.concat([header, payload.subarray(0, 1600)])
    early.writeUInt16BE(1620, 2)
    early.writeUInt16BE(0x2000, 6)
    const frames = [early, overlap, fragments[2] ?? whole].map((bytes) => ({ bytes }))
    const [text] = texts(await readBytes(pcapBytes(frames, linkType.raw)))
    expect([text?.slice(0, 1592), text?.slice(1592, 1992)]).toEqual([long.slice(0, 1592), 'y'.repeat(400)])
  })

  test('of IPv6 are joined', async () => {
    const wholeV6 = udp(long, aliceV6, gatewayV6)
    const frames = [
      [0, 1448],
      [1448, wholeV6.length - 40],
    ].map(([start = 0, end = 0]) => {
      const bytes = Buffer.concat([
        wholeV6.subarray(0, 40),
        hex('11000000 0000abcd'),
        wholeV6.subarray(40 + start, 40 + end),
      ])
      bytes.writeUInt16BE(bytes.length - 40, 4)
      bytes[6] = 44
      bytes.writeUInt16BE(start | (start === 0 ? 1 : 0), 42)
      return { bytes }
    })
    expect(texts(await readBytes(pcapBytes(frames, linkType.raw)))).toEqual([long])
  })

  test('that lack one are an entry of the loss ledger', async () => {
    const frames = fragments.slice(1).map((bytes) => ({ bytes }))
    const { events } = await readBytes(pcapBytes(frames, linkType.raw))
    expect(events).toMatchObject([
      { kind: 'loss', reason: 'fragment', source: { host: alice.host }, destination: { host: gateway.host } },
    ])
  })
})

describe('copies', () => {
  test('of a frame are removed and counted, whatever link header and time to live they have', async () => {
    const one = packet()
    const other = Buffer.from(one)
    other[8] = 63
    const frames = [ethernet(one), ethernet(other, '8100000a'), ethernet(one)].map((bytes) => ({ bytes }))
    const { messages, summary } = await readBytes(pcapBytes(frames))
    expect([messages.length, summary.duplicates]).toEqual([1, 2])
  })

  test('are told from retransmissions, which have another identification', async () => {
    const frames = [packet(), packet()].map((bytes) => ({ bytes }))
    expect((await readBytes(pcapBytes(frames, linkType.raw))).messages).toHaveLength(2)
  })

  test('without identification are removed only when they follow at once', async () => {
    const bytes = packetV6()
    const frames = [0, 4, 500].map((ms) => ({ bytes, atMs: startMs + ms }))
    const { messages, summary } = await readBytes(pcapBytes(frames, linkType.raw))
    expect([messages.length, summary.duplicates]).toEqual([2, 1])
  })
})

describe('of a UDP datagram', () => {
  test('that the snap length cut, the message is marked and the ledger has an entry', async () => {
    const whole = packet()
    const frames = [{ bytes: whole.subarray(0, 100), originalLength: whole.length }]
    const { events } = await readBytes(pcapBytes(frames, linkType.raw))
    expect(events).toMatchObject([
      { kind: 'message', truncated: true, checksum: 'unknown' },
      { kind: 'loss', reason: 'cut' },
    ])
  })

  test('the checksum is judged', async () => {
    const [bad, absent] = [packet(), packet()]
    bad.writeUInt16BE(bad.readUInt16BE(26) ^ 1, 26)
    absent.writeUInt16BE(0, 26)
    const frames = [bad, absent].map((bytes) => ({ bytes }))
    expect((await readBytes(pcapBytes(frames, linkType.raw))).messages).toMatchObject([
      { checksum: 'bad' },
      { checksum: 'absent' },
    ])
  })

  test('keep-alives are told between sockets that speak SIP, and nothing else is', async () => {
    const other = { host: '192.0.2.77', port: 9 }
    const frames = [
      udp('\r\n\r\n'),
      packet(),
      udp('\r\n\r\n'),
      udp('\r\n', other),
      udp('\x80abcdefghijklm'),
      udp('GET / HTTP/1.1\r\n'),
    ]
    const { messages } = await readBytes(
      pcapBytes(
        frames.map((bytes) => ({ bytes })),
        linkType.raw,
      ),
    )
    expect(messages.map(({ content }) => content)).toEqual(['sip', 'keep-alive'])
  })

  test('a malformed start-line is still told, since rules judge it', async () => {
    const lines = [
      'invite sip:bob@example.com sip/2.0\r\n\r\n',
      'INVITE  sip:bob@example.com  SIP/7.0\r\n\r\n',
      '\r\n\r\nSIP/2.0 200 OK\r\n\r\n',
    ]
    const read = await readBytes(
      pcapBytes(
        lines.map((text) => ({ bytes: udp(text) })),
        linkType.raw,
      ),
    )
    expect(texts(read)).toEqual(lines)
  })
})

test('an ICMP error that quotes SIP is told with the ends of what it quotes', async () => {
  const sent = packet()
  const stranger = { host: '192.0.2.5', port: 9 }
  const error = ipv4(1, Buffer.concat([hex('03030000 00000000'), sent.subarray(0, 28)]))
  const unrelated = ipv4(
    1,
    Buffer.concat([hex('03030000 00000000'), udp('x', stranger, stranger).subarray(0, 28)]),
    0,
    78,
  )
  const frames = [sent, error, unrelated].map((bytes) => ({ bytes }))
  const { events } = await readBytes(pcapBytes(frames, linkType.raw))
  expect(events.slice(1)).toEqual([
    {
      kind: 'unreachable',
      atMs: startMs + 1,
      frames: [2],
      reporter: '198.51.100.1',
      source: alice,
      destination: gateway,
      transport: 'udp',
      type: 3,
      code: 3,
    },
  ])
})

test('addresses of IPv6 are written as RFC 5952 says', async () => {
  const hosts = ['2001:db8::1', '::1', '2001:db8:0:1:1:1:1:1', '2001:0:0:1::1', 'fe80::']
  const frames = hosts.map((host) => ({ bytes: udp(request, { host, port: 5060 }, gatewayV6) }))
  const read = await readBytes(pcapBytes(frames, linkType.raw))
  expect(read.messages.map(({ source }) => source.host)).toEqual([
    '2001:db8::1',
    '::1',
    '2001:db8:0:1:1:1:1:1',
    '2001:0:0:1::1',
    'fe80::',
  ])
  expect(firstLines(read)).toEqual(hosts.map(() => line))
})
