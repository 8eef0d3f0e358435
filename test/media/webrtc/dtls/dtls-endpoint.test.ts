import { describe, expect, test } from 'vitest'
import { WheelClock } from '../../../../src/base/wheel-clock.js'
import type { DtlsEndpoint, DtlsSession, DtlsUser } from '../../../../src/media/webrtc/dtls/dtls-endpoint.js'
import type { DtlsIdentity } from '../../../../src/media/webrtc/dtls/dtls-identity.js'
import { fingerprintOf } from '../../../../src/media/webrtc/dtls/fingerprint.js'
import { dtlsIdentities } from './identities.js'

interface Identities {
  readonly client: DtlsIdentity
  readonly server: DtlsIdentity
}

type Rewrite = (bytes: Buffer) => Buffer | undefined

interface End {
  readonly endpoint: DtlsEndpoint
  readonly done: Promise<DtlsSession | string>
  /** What the far side sent, as it arrived. */
  readonly received: Buffer[]
}

const clock = new WheelClock()

/** A client and a server in one process; what one sends the other gets in the next turn unless it is taken away. */
function pairOf(identities: Identities, rewrite: Rewrite = (bytes) => bytes): { client: End; server: End } {
  const ends = new Map<'client' | 'server', End>()
  const make = (role: 'client' | 'server'): void => {
    let settle: (result: DtlsSession | string) => void = () => {}
    const done = new Promise<DtlsSession | string>((resolve) => {
      settle = resolve
    })
    const user: DtlsUser = {
      sendDtls: (bytes) => {
        const changed = rewrite(bytes)
        const to = ends.get(role === 'client' ? 'server' : 'client')
        if (changed && to) setImmediate(() => to.endpoint.receive(Buffer.from(changed)) && to.received.push(changed))
      },
      onDtlsConnected: settle,
      onDtlsFailed: settle,
    }
    ends.set(role, { endpoint: identities[role].newEndpoint(role, user, clock), done, received: [] })
  }
  make('client')
  make('server')
  const [client, server] = [ends.get('client'), ends.get('server')]
  if (!client || !server) throw new Error('no ends')
  server.endpoint.start()
  client.endpoint.start()
  return { client, server }
}

const sessionOf = async (end: End): Promise<DtlsSession> => {
  const result = await end.done
  if (typeof result === 'string') throw new Error(result)
  return result
}

/** Epoch and sequence number of each record of a datagram. */
function recordNumbers(bytes: Buffer): string[] {
  const numbers: string[] = []
  for (let at = 0; at < bytes.length; at += 13 + bytes.readUInt16BE(at + 11)) {
    numbers.push(`${bytes.readUInt16BE(at + 3)} ${bytes.readUIntBE(at + 5, 6)}`)
  }
  return numbers
}

/** Each implementation with itself and with every other. */
const pairs: readonly (readonly [string, string, Identities])[] = dtlsIdentities.flatMap((client) =>
  dtlsIdentities.map((server) => [client.kind, server.kind, { client, server }] as const),
)

describe.each(pairs)('a handshake of %s, client, with %s, server,', (_client, _server, identities) => {
  test('gives both ends the same keys, each the other way round, and the certificate', async () => {
    const { client, server } = pairOf(identities)
    const [atClient, atServer] = [await sessionOf(client), await sessionOf(server)]
    expect([atClient.keys?.send]).toEqual(atServer.keys?.receive)
    expect(atClient.keys?.receive).toEqual([atServer.keys?.send])
    expect([atClient.keys?.send]).not.toEqual(atClient.keys?.receive)
    expect(atClient.keys?.send).toMatchObject({ suite: 'AEAD_AES_256_GCM' })
    expect(atClient.keys?.send.masterKey.length).toBe(32)
    expect(atClient.keys?.send.masterSalt.length).toBe(12)
    expect(fingerprintOf(atClient.certificate)).toEqual(identities.server.fingerprint)
    expect(fingerprintOf(atServer.certificate)).toEqual(identities.client.fingerprint)
  })

  test('survives the loss of each of its first datagrams in turn', async () => {
    for (const lost of [0, 1, 2, 3]) {
      let number = 0
      const { client, server } = pairOf(identities, (bytes) => (number++ === lost ? undefined : bytes))
      expect([(await sessionOf(client)).keys?.send]).toEqual((await sessionOf(server)).keys?.receive)
    }
  }, 20_000)

  test('repeats what was lost under new numbers, which a far side does not take for replays (RFC 6347 4.1.2.6)', async () => {
    for (const lost of [2, 3]) {
      let number = 0
      const { client, server } = pairOf(identities, (bytes) => (number++ === lost ? undefined : bytes))
      await Promise.all([sessionOf(client), sessionOf(server)])
      for (const { received } of [client, server]) {
        const numbers = received.flatMap(recordNumbers)
        expect(new Set(numbers).size).toBe(numbers.length)
      }
    }
  }, 20_000)

  test('sends each flight in one datagram', async () => {
    const { client, server } = pairOf(identities)
    await Promise.all([sessionOf(client), sessionOf(server)])
    // werift's server asks for a cookie first (RFC 6347 4.2.1); ICE has shown already that the client is where it is.
    const cookie = identities.server.kind === 'werift' ? [1] : []
    expect(server.received.map((bytes) => recordNumbers(bytes).length)).toEqual([...cookie, 1, 5])
    expect(client.received.map((bytes) => recordNumbers(bytes).length)).toEqual([...cookie, 5, 2])
  })

  test('ends with the name of what happened when a fatal alert comes', async () => {
    const alert = Buffer.from('15fefd000000000000000000020228', 'hex')
    const { client } = pairOf(identities, () => alert)
    client.endpoint.receive(alert)
    expect(await client.done).toBe('dtls-alert')
  })
})

describe.each(pairs)('an end of %s, client, and of %s, server,', (_client, _server, identities) => {
  test('says close_notify when it closes, and nothing after it', async () => {
    const { client, server } = pairOf(identities)
    await Promise.all([client.done, server.done])
    const before = server.received.length
    client.endpoint.close()
    client.endpoint.close()
    await new Promise((resolve) => setTimeout(resolve, 20))
    const last = server.received.slice(before)
    expect(last.length).toBe(1)
    expect(last[0]?.subarray(0, 5).toString('hex')).toBe('15fefd0001')
  })

  test.each([
    ['a header alone', '16fefd00000000000000000020'],
    ['a length beyond the end', '16fefd0000000000000000ffff01'],
    ['noise', 'ff'.repeat(40)],
    ['a record of an epoch that is to come', '17fefd00010000000000090006000000000000'],
  ])('is not troubled by %s', async (_what, hex) => {
    const { client, server } = pairOf(identities)
    expect(() => client.endpoint.receive(Buffer.from(hex, 'hex'))).not.toThrow()
    expect(() => server.endpoint.receive(Buffer.from(hex, 'hex'))).not.toThrow()
    expect((await sessionOf(client)).keys).toBeDefined()
  })
})
