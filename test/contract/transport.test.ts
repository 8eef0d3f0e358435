import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { transportNames } from '../../src/model/address.js'
import { transports } from '../../src/transport/registry.js'
import type { Channel } from '../../src/transport/transport.js'
import {
  connect,
  failed,
  Journal,
  listen,
  listenTls,
  onWire,
  opened,
  pair,
  rawPeer,
  request,
} from '../transport/harness.js'

const largestDatagramPayload = 65_507

/** How many sockets and timers are alive; the test runner's own come and go, so only growth means anything. */
const handles = (): { sockets: number; timers: number } => {
  const kinds = process.getActiveResourcesInfo()
  return {
    sockets: kinds.filter((kind) => /TCP|UDP|TLS/.test(kind)).length,
    timers: kinds.filter((kind) => kind === 'Timeout').length,
  }
}

for (const name of transportNames) {
  const transport = transports[name]
  const streams = name !== 'udp'

  describe(`transport ${name}`, () => {
    it('says what it is', () => {
      expect(transport.name).toBe(name)
      expect(transport.viaToken).toBe(name.toUpperCase())
      expect(transport.reliable).toBe(streams)
      expect(transport.secure).toBe(name === 'tls' || name === 'wss')
    })

    it.each(['127.0.0.1', '::1'])(
      'carries messages both ways over %s, byte for byte, and says from where',
      async (host) => {
        const { client, server, clientJournal, serverJournal, close } = await pair(name, { host })
        const out = request({ body: 'v=0\r\n', subject: 'J\u00fcrgen \u65e5\u672c \u{1f4de}' })
        client.send(out)
        await serverJournal.until((journal) => journal.messages.length === 1)
        const arrived = serverJournal.messages[0]!
        expect(arrived.bytes.equals(out)).toBe(true)
        expect(arrived.channel).toBe(server)
        expect(arrived.from).toEqual(client.local)
        const back = request({ subject: 'back' })
        server.send(back, arrived.from)
        await clientJournal.until((journal) => journal.messages.length === 1)
        expect(clientJournal.messages[0]!.bytes.equals(back)).toBe(true)
        expect(clientJournal.messages[0]!.from).toEqual(server.local)
        expect(client).toMatchObject({ transport: name, reliable: streams, secure: transport.secure })
        expect(client.id).not.toBe(server.id)
        expect(client.remote).toEqual(streams ? server.local : undefined)
        await close()
      },
    )

    it('carries octets that are no UTF-8', async () => {
      const { client, serverJournal, close } = await pair(name)
      const out = request({ body: Buffer.from([0xff, 0xfe, 0x00, 0x0d, 0x0a, 0x80]) })
      client.send(out)
      await serverJournal.until((journal) => journal.messages.length === 1)
      expect(serverJournal.messages[0]!.bytes.equals(out)).toBe(true)
      await close()
    })

    it('carries a message of 64 kB, or as large as a datagram can be', async () => {
      const { client, server, clientJournal, serverJournal, close } = await pair(name)
      const head = request({ body: 'x'.repeat(10_000) }).length - 10_000
      const out = request({ body: 'y'.repeat(streams ? 65_536 : largestDatagramPayload - head) })
      client.send(out)
      await serverJournal.until((journal) => journal.messages.length === 1)
      expect(serverJournal.messages[0]!.bytes.equals(out)).toBe(true)
      server.send(out, client.local)
      await clientJournal.until((journal) => journal.messages.length === 1)
      expect(clientJournal.messages[0]!.bytes.equals(out)).toBe(true)
      await close()
    })

    it('keeps the order and the number of a thousand messages', async () => {
      const { client, serverJournal, close } = await pair(name)
      for (let i = 0; i < 1000; i++) client.send(request({ subject: String(i) }))
      await serverJournal.until((journal) => journal.messages.length === 1000)
      const subjects = serverJournal.texts.map((text) => Number(/Subject: (\d+)/.exec(text)?.[1]))
      expect(subjects).toEqual(Array.from({ length: 1000 }, (_, i) => i))
      await close()
    })

    it('answers a keep-alive without making it a message', async () => {
      const { client, server, clientJournal, serverJournal, close } = await pair(name)
      client.keepAlive()
      await serverJournal.until((journal) => journal.pings === 1)
      await clientJournal.until((journal) => journal.pongs >= 1)
      client.send(request())
      await serverJournal.until((journal) => journal.messages.length === 1)
      expect(serverJournal.malformed).toEqual([])
      expect(server.queuedBytes).toBe(0)
      await close()
    })

    it('shows every message to the taps, in plain text, with its direction', async () => {
      const seen: string[] = []
      const tap =
        (who: string) => (channel: Channel, direction: string, remote: { port: number }, bytes: Uint8Array) => {
          expect(channel.transport).toBe(name)
          expect(remote.port).toBeGreaterThan(0)
          seen.push(`${who} ${direction} ${Buffer.from(bytes).toString().slice(0, 7)}`)
        }
      const tapped = await pair(name, { connect: { tap: tap('client') }, listen: { tap: tap('server') } })
      tapped.client.send(request())
      await tapped.serverJournal.until((journal) => journal.messages.length === 1)
      tapped.server.send(request(), tapped.client.local)
      await tapped.clientJournal.until((journal) => journal.messages.length === 1)
      expect(seen).toEqual([
        'client sent MESSAGE',
        'server received MESSAGE',
        'server sent MESSAGE',
        'client received MESSAGE',
      ])
      await tapped.close()
    })

    it('tells each channel once that it is closed, and leaves no handle', async () => {
      const before = handles()
      const { client, clientJournal, serverJournal, close } = await pair(name)
      client.send(request())
      await serverJournal.until((journal) => journal.messages.length === 1)
      await client.close()
      await client.close()
      expect(clientJournal.closed).toEqual(['closed by this side'])
      if (streams) await serverJournal.until((journal) => journal.closed.length === 1)
      await close()
      expect(clientJournal.closed).toHaveLength(1)
      expect(serverJournal.closed).toHaveLength(1)
      expect([...clientJournal.failures, ...serverJournal.failures]).toEqual([])
      await nextTurn()
      expect(handles().sockets).toBe(before.sockets)
      expect(handles().timers).toBeLessThanOrEqual(before.timers)
    })

    it('closes the connections of a listener with it', async () => {
      const { listener, clientJournal } = await pair(name)
      await listener.close()
      if (streams) await clientJournal.until((journal) => journal.closed.length === 1)
      expect(listener.local.port).toBeGreaterThan(0)
      const again = await listen(name, new Journal(), { local: listener.local })
      await again.close()
    })

    it('reports a send after close later, as closed, and does not throw', async () => {
      const { client, clientJournal, close } = await pair(name)
      await client.close()
      client.send(request())
      expect(clientJournal.failures).toEqual([])
      await clientJournal.until((journal) => journal.failures.length === 1)
      expect(clientJournal.failures[0]!.failure.kind).toBe('closed')
      await close()
    })

    it('takes the local address and port that are asked for', async () => {
      const listener = await listen(name, new Journal())
      const probe = await listen(name, new Journal(), { local: { host: '127.0.0.1', port: 0 } })
      const port = probe.local.port
      await probe.close()
      const result = await connect(name, listener.local, new Journal(), { local: { host: '127.0.0.2', port } })
      const client = opened(result)
      expect(client.local).toEqual({ host: '127.0.0.2', port })
      await client.close()
      await listener.close()
    })

    it('calls a taken port address-in-use', async () => {
      const listener = await listen(name, new Journal())
      const second = await transport.listen(
        { local: listener.local, ...(transport.secure ? { tls: listenTls } : {}) },
        new Journal(),
      )
      expect(failed(second)).toMatchObject({ kind: 'address-in-use', code: 'EADDRINUSE' })
      await listener.close()
    })

    it('calls an address of another machine address-not-available', async () => {
      const listener = await listen(name, new Journal())
      const local = { host: '192.0.2.7' }
      const result = await connect(name, listener.local, new Journal(), { local })
      expect(failed(result)).toMatchObject({ kind: 'address-not-available', code: 'EADDRNOTAVAIL' })
      await listener.close()
    })

    it.each(['203.0.113.9', '2001:db8::1', '224.0.1.75', '0.0.0.0'])(
      'connects to no address that nobody permitted: %s',
      async (host) => {
        // From a loopback source nothing could leave the machine even if it were permitted.
        const local = { host: host.includes(':') ? '::1' : '127.0.0.1' }
        const result = failed(await connect(name, { host, port: 5060 }, new Journal(), { local }))
        expect(result.kind).toBe('permission')
        expect(result.text).toContain(host)
      },
    )

    it.each([
      ['a remote port that does not exist', { remote: { host: '127.0.0.1', port: 70_000 } }, 'other'],
      ['no remote port', { remote: { host: '127.0.0.1', port: 0 } }, 'other'],
      ['a local port that does not exist', { local: { port: -1 } }, 'other'],
      ['a local name', { local: { host: 'localhost' } }, 'resolve'],
    ])('refuses %s as a value, and does not throw', async (_what, options, kind) => {
      const remote = { host: '127.0.0.1', port: 5060 }
      expect(failed(await connect(name, remote, new Journal(), options)).kind).toBe(kind)
    })

    it('refuses to listen on a name, and does not throw', async () => {
      const tls = transport.secure ? { tls: listenTls } : {}
      const result = await transport.listen({ local: { host: 'localhost', port: 0 }, ...tls }, new Journal())
      expect(failed(result).kind).toBe('resolve')
    })

    it('counts hostile bytes or hands them to the parser, and lives on', async () => {
      const { listener, client, serverJournal, close } = await pair(name)
      const garbage = Buffer.from([
        0x16,
        0x03,
        0x01,
        ...Buffer.from(' HTTP \x00\xff\r\n\r\nContent-Length: -1\r\n\r\n'),
      ])
      if (streams) {
        const peer = await rawPeer(name, listener.local)
        peer.on('error', () => peer.destroy())
        peer.resume()
        const gone = new Promise((resolve) => peer.once('close', resolve))
        peer.write(onWire(name, Buffer.concat([garbage, garbage])))
        await serverJournal.until((journal) => journal.malformed.length + journal.messages.length > 0)
        peer.end()
        await gone
      } else {
        client.send(garbage)
        await serverJournal.until((journal) => journal.messages.length === 1)
      }
      const before = serverJournal.messages.length
      client.send(request())
      await serverJournal.until((journal) => journal.messages.length === before + 1)
      await close()
    })
  })
}
