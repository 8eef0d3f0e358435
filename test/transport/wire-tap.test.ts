import { describe, expect, test } from 'vitest'
import type { TappedConnection, WireTap } from '../../src/transport/wire-tap.js'
import { pair, request } from './harness.js'

/** Gathers what a tap is told. */
function recorder() {
  const connections: TappedConnection[] = []
  const octets = { sent: Buffer.alloc(0), received: Buffer.alloc(0) }
  const ends: string[] = []
  const wire: WireTap = (connection) => {
    connections.push(connection)
    return {
      onOctets: (direction, bytes) => {
        octets[direction] = Buffer.concat([octets[direction], bytes])
      },
      onEnd: (direction) => ends.push(direction),
    }
  }
  return { wire, connections, octets, ends }
}

describe.each(['tcp', 'tls', 'ws', 'wss'] as const)('the wire tap of %s', (name) => {
  test('sees at both ends the same octets, in clear and from the first on', async () => {
    const [client, server] = [recorder(), recorder()]
    const tapped = await pair(name, { connect: { wire: client.wire }, listen: { wire: server.wire } })
    const [out, back] = [request({ body: 'x'.repeat(70_000) }), request({ subject: 'back' })]
    tapped.client.send(out)
    await tapped.serverJournal.until((journal) => journal.messages.length === 1)
    tapped.server.send(back, tapped.client.local)
    await tapped.clientJournal.until((journal) => journal.messages.length === 1)
    tapped.client.keepAlive()
    await tapped.clientJournal.until((journal) => journal.pongs > 0)
    await tapped.close()

    expect(client.connections).toEqual([
      { transport: name, local: tapped.client.local, remote: tapped.client.remote, initiator: true },
    ])
    expect(server.connections).toEqual([
      { transport: name, local: tapped.client.remote, remote: tapped.client.local, initiator: false },
    ])
    expect(server.octets.received.equals(client.octets.sent)).toBe(true)
    expect(client.octets.received.equals(server.octets.sent)).toBe(true)
    const webSocket = name === 'ws' || name === 'wss'
    expect(client.octets.sent.toString('latin1', 0, 8)).toBe(webSocket ? 'GET / HT' : 'MESSAGE ')
    expect(server.octets.sent.toString('latin1', 0, 12)).toBe(
      webSocket ? 'HTTP/1.1 101' : back.toString('latin1', 0, 12),
    )
    expect(client.ends.sort()).toEqual(['received', 'sent'])
  })
})
