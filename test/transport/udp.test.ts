import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { Address } from '../../src/model/address.js'
import { TargetGuard } from '../../src/transport/guard.js'
import { localAddressFor } from '../../src/transport/local-address.js'
import type { ConnectOptions } from '../../src/transport/transport.js'
import { connect, Journal, listen, opened, pair, request } from './harness.js'

const nobody = async (): Promise<{ host: string; port: number }> => {
  const listener = await listen('udp', new Journal())
  await listener.close()
  return listener.local
}

describe.each([
  ['one by one', false],
  ['in batches', true],
])('a UDP channel that sends %s', (_how, batches) => {
  const paired = (options: Parameters<typeof pair>[1] = {}): ReturnType<typeof pair> =>
    pair('udp', {
      ...options,
      connect: { ...options.connect, udp: { ...options.connect?.udp, batches } },
      listen: { ...options.listen, udp: { ...options.listen?.udp, batches } },
    })
  const connected = (remote: Address, journal: Journal, options: Partial<ConnectOptions> = {}) =>
    connect('udp', remote, journal, { ...options, udp: { ...options.udp, batches } })

  it('hands a datagram to the kernel within send', async () => {
    const { client, serverJournal, close } = await paired()
    client.send(request())
    // Closing at once would lose a datagram that waits for a later turn of the event loop.
    await client.close()
    await serverJournal.until((journal) => journal.messages.length === 1)
    await close()
  })

  it('hears what comes fast, and then what comes now and then, each once', async () => {
    const { client, serverJournal, close } = await paired()
    const wanted: string[] = []
    const send = (): void => {
      wanted.push(`n${wanted.length}.`)
      client.send(request({ subject: wanted.at(-1) as string }))
    }
    const endMs = performance.now() + 150
    while (performance.now() < endMs) {
      for (let i = 0; i < 5; i++) send()
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    for (let i = 0; i < 5; i++) {
      await new Promise((resolve) => setTimeout(resolve, 30))
      send()
      await serverJournal.until((journal) => journal.messages.length === wanted.length)
    }
    expect(serverJournal.texts.map((text) => /Subject: (\S+)/.exec(text)?.[1])).toEqual(wanted)
    // It may be closed in either mode.
    for (let i = 0; i < 50; i++) send()
    await close()
  })

  it('sends where each message says, and hears from anybody', async () => {
    const first = new Journal()
    const second = new Journal()
    const own = new Journal()
    const [one, two] = [await listen('udp', first), await listen('udp', second)]
    second.answer = (channel, from) => channel.send(request({ subject: 'two' }), from)
    const client = opened(await connected(one.local, own))
    client.send(request(), two.local)
    client.send(request())
    await own.until((journal) => journal.messages.length === 1)
    await first.until((journal) => journal.messages.length === 1)
    expect(own.messages[0]!.from).toEqual(two.local)
    await Promise.all([client.close(), one.close(), two.close()])
  })

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '::1'],
  ])('knows the address it sends from towards %s', async (host, expected) => {
    const listener = await listen('udp', new Journal(), { local: { host, port: 0 } })
    const client = opened(await connected(listener.local, new Journal()))
    expect(client.local.host).toBe(expected)
    await client.close()
    await listener.close()
  })

  it('hears that a port is closed when it is connected, and goes on', async () => {
    const journal = new Journal()
    const remote = await nobody()
    const client = opened(await connected(remote, journal, { udp: { connected: true } }))
    expect(client.remote).toEqual(remote)
    client.send(request())
    await journal.until((seen) => seen.failures.length === 1)
    expect(journal.failures[0]).toMatchObject({ failure: { kind: 'refused', code: 'ECONNREFUSED' }, to: remote })
    expect(journal.closed).toEqual([])
    const back = await listen('udp', new Journal(), { local: remote })
    client.send(request())
    client.send(request())
    await client.close()
    await back.close()
  })

  it('hears only its peer when it is connected', async () => {
    const { listener, client, server, clientJournal, close } = await paired({
      connect: { udp: { connected: true } },
    })
    const stranger = opened(await connected(client.local, new Journal()))
    stranger.send(request({ subject: 'stranger' }))
    server.send(request({ subject: 'peer' }), client.local)
    await clientJournal.until((journal) => journal.messages.length === 1)
    expect(clientJournal.texts[0]).toContain('Subject: peer')
    expect(listener.channel).toBe(server)
    await stranger.close()
    await close()
  })

  it.each([
    ['a datagram that cannot be', request({ body: 'x'.repeat(66_000) }), undefined, 'too-large'],
    ['an address nobody permitted', request(), { host: '203.0.113.9', port: 5060 }, 'permission'],
    ['a port that does not exist', request(), { host: '127.0.0.1', port: 70_000 }, 'other'],
    ['port zero', request(), { host: '127.0.0.1', port: 0 }, 'other'],
    ['a name', request(), { host: 'localhost', port: 5060 }, 'permission'],
    ['an address of the other family', request(), { host: '::1', port: 5060 }, 'other'],
  ])('reports %s later, with where it was to go', async (_what, bytes, to, kind) => {
    const { client, clientJournal, listener, close } = await paired({ connect: { local: { host: '127.0.0.1' } } })
    client.send(bytes, to)
    expect(clientJournal.failures).toEqual([])
    await clientJournal.until((journal) => journal.failures.length === 1)
    expect(clientJournal.failures[0]!.failure.kind).toBe(kind)
    expect(clientJournal.failures[0]!.to).toEqual(to ?? listener.local)
    await close()
  })

  it('has no destination of its own when it listens, and its guard is asked', async () => {
    const journal = new Journal()
    const listener = await listen('udp', journal, { guard: new TargetGuard([]) })
    listener.channel!.send(request())
    listener.channel!.send(request(), { host: '203.0.113.9', port: 5060 })
    await journal.until((seen) => seen.failures.length === 2)
    expect(journal.failures.map(({ failure }) => failure.code)).toEqual(['NO_DESTINATION', 'TARGET_NOT_PERMITTED'])
    await listener.close()
  })

  it.each([
    ['nothing', ''],
    ['CRLF', '\r\n'],
    ['double CRLF', '\r\n\r\n'],
    ['one zero octet', '\x00'],
    ['four zero octets', '\x00\x00\x00\x00'],
  ])('takes a keep-alive of %s for what it is', async (_what, text) => {
    const { client, server, serverJournal, clientJournal, close } = await paired()
    client.send(Buffer.from(text, 'latin1'))
    client.send(request())
    await serverJournal.until((journal) => journal.messages.length === 1)
    server.send(request(), client.local)
    await clientJournal.until((journal) => journal.messages.length === 1)
    expect(serverJournal).toMatchObject({ pings: 1, malformed: [] })
    expect(clientJournal.pings).toBe(0)
    await close()
  })

  it('leaves a message that follows line ends to the parser', async () => {
    const { client, serverJournal, close } = await paired()
    const bytes = Buffer.concat([Buffer.from('\r\n\r\n'), request()])
    client.send(bytes)
    await serverJournal.until((journal) => journal.messages.length === 1)
    expect(serverJournal.messages[0]!.bytes.equals(bytes)).toBe(true)
    await close()
  })

  it('keeps alive with CRLF when asked to', async () => {
    const seen: string[] = []
    const tap = (_channel: unknown, direction: string, _remote: unknown, bytes: Uint8Array): void => {
      seen.push(`${direction} ${JSON.stringify(Buffer.from(bytes).toString())}`)
    }
    const { client, serverJournal, close } = await paired({ connect: { udp: { keepAlive: 'crlf' }, tap } })
    client.keepAlive()
    await serverJournal.until((journal) => journal.pings === 1)
    expect(seen).toEqual(['sent "\\r\\n\\r\\n"'])
    await close()
  })

  it.each(['127.0.0.1', '::1'])('answers STUN from %s with the address it came from (RFC 8489 14.2)', async (host) => {
    const journal = new Journal()
    const listener = await listen('udp', journal, { local: { host, port: 0 } })
    const peer = createSocket(host === '::1' ? 'udp6' : 'udp4')
    peer.bind(0, host)
    await once(peer, 'listening')
    const transaction = Buffer.from('0102030405060708090a0b0c', 'hex')
    const binding = Buffer.concat([Buffer.from('000100002112a442', 'hex'), transaction])
    peer.send(binding, listener.local.port, host)
    const [answer] = (await once(peer, 'message')) as [Buffer]
    expect(answer.subarray(0, 2).toString('hex')).toBe('0101')
    expect(answer.subarray(4, 20).equals(binding.subarray(4, 20))).toBe(true)
    expect(answer.readUInt16BE(26) ^ 0x2112).toBe(peer.address().port)
    const mask = answer.subarray(4, 20)
    const octets = answer.subarray(28).map((octet, i) => octet ^ mask[i]!)
    expect([...octets]).toEqual(host === '::1' ? [...Array(15).fill(0), 1] : [127, 0, 0, 1])
    expect(journal.messages).toEqual([])
    peer.close()
    await listener.close()
  })

  it('counts STUN that is neither request nor answer', async () => {
    const { client, serverJournal, close } = await paired()
    client.send(Buffer.from('001100002112a442000000000000000000000000', 'hex'))
    client.send(Buffer.from('000100082112a442000000000000000000000000', 'hex'))
    await serverJournal.until((journal) => journal.malformed.length === 2)
    expect(serverJournal.malformed).toEqual(['stun', 'stun'])
    await close()
  })
})

describe('localAddressFor', () => {
  it.each([
    ['127.0.0.9', '127.0.0.1'],
    ['::1', '::1'],
  ])('towards %s is %s', async (host, expected) => {
    expect(await localAddressFor({ host, port: 5060 })).toBe(expected)
  })

  it.each(['255.255.255.255', 'fe80::1'])('rejects where there is no way: %s', async (host) => {
    await expect(localAddressFor({ host, port: 5060 })).rejects.toThrow()
  })
})
