import { describe, expect, test } from 'vitest'
import { Rng } from '../../../../src/base/rng.js'
import { VirtualClock } from '../../../../src/base/virtual-clock.js'
import { Gathering } from '../../../../src/media/webrtc/servers/gathering.js'
import type { IceServer, ServerPolicy } from '../../../../src/model/webrtc.js'
import { mapped, relayed, TurnServer } from './turn-server.js'

const local = { host: '10.0.0.1', port: 20_000 }
const address = { host: '198.51.100.1', port: 3478 }
const stun: IceServer = { kind: 'stun', url: 'stun:s', address, username: '', password: '' }
const turn: IceServer = { kind: 'turn', url: 'turn:t', address, username: 'anna', password: 'right' }

async function gather(policy: Partial<ServerPolicy>, prepare: (server: TurnServer) => void = () => {}) {
  const clock = new VirtualClock()
  const server = new TurnServer(clock)
  prepare(server)
  const gathering = new Gathering({
    clock,
    rng: new Rng(1, 'gathering'),
    policy: { servers: [], relayOnly: false, gatheringMs: 5000, ...policy },
    local,
    toServer: () => (parts) => server.receive(Buffer.concat([parts].flat() as Uint8Array[])),
    user: { onRelayed: () => {}, onRelayLost: () => {} },
  })
  server.deliver = ({ bytes }) => gathering.receive(bytes, address.host, address.port)
  const gathered = gathering.run()
  clock.advance(6000)
  return { ...(await gathered), gathering }
}

const brief = ({ candidates }: Awaited<ReturnType<typeof gather>>) =>
  candidates.map(({ type, address, port, related }) => ({ type, address, port, related }))

const srflx = { type: 'srflx', address: mapped.host, port: mapped.port, related: local }
const relay = { type: 'relay', address: relayed.host, port: relayed.port, related: mapped }

describe('candidates of servers', () => {
  test.each<[string, readonly IceServer[], readonly object[]]>([
    ['a STUN server', [stun], [srflx]],
    ['a TURN server', [turn], [srflx, relay]],
    ['one server for both', [stun, turn], [srflx, relay]],
    ['no server', [], []],
  ])('%s', async (_what, servers, candidates) => {
    const gathered = await gather({ servers })
    expect(brief(gathered)).toEqual(candidates)
    expect(gathered.failures).toEqual([])
  })

  test('are told apart by foundation and priority where two servers relay', async () => {
    const { candidates } = await gather({ servers: [turn, { ...turn, url: 'turn:other' }], relayOnly: true })
    expect(new Set(candidates.map(({ foundation }) => foundation)).size).toBe(2)
    expect(new Set(candidates.map(({ priority }) => priority)).size).toBe(2)
  })

  test('are relayed ones alone where nothing else may be told', async () => {
    expect(brief(await gather({ servers: [stun, turn], relayOnly: true }))).toEqual([relay])
  })
})

describe('a server that gives none is named', () => {
  test.each<[string, IceServer, (server: TurnServer) => void, object]>([
    [
      'silent',
      stun,
      (server) => {
        server.silent = true
      },
      { server: 'stun:s', name: 'ice-server-silent', text: 'gave no answer within 5000 ms' },
    ],
    [
      'of other credentials',
      { ...turn, password: 'wrong' },
      () => {},
      { server: 'turn:t', name: 'ice-server-refused', text: 'refused with 401 Unauthorized' },
    ],
    [
      'of the other family',
      { ...stun, address: { host: '2001:db8::1', port: 3478 } },
      () => {},
      {
        server: 'stun:s',
        name: 'ice-server-family',
        text: 'cannot be reached from 10.0.0.1: one is IPv6 and the other is not',
      },
    ],
  ])('%s', async (_what, server, prepare, failure) => {
    const gathered = await gather({ servers: [server] }, prepare)
    expect(gathered).toMatchObject({ candidates: [], relays: [], failures: [failure] })
  })
})

test('what comes from a server is for nobody else, and what comes from elsewhere is not for it', async () => {
  const { gathering } = await gather({ servers: [turn] })
  expect(gathering.receive(Buffer.from('strange'), address.host, address.port)).toBe(true)
  expect(gathering.receive(Buffer.from('strange'), address.host, 9)).toBe(false)
})

test('closing ends the wait', async () => {
  const clock = new VirtualClock()
  const gathering = new Gathering({
    clock,
    rng: new Rng(1, 'gathering'),
    policy: { servers: [stun], relayOnly: false, gatheringMs: 5000 },
    local,
    toServer: () => () => {},
    user: { onRelayed: () => {}, onRelayLost: () => {} },
  })
  const gathered = gathering.run()
  gathering.close()
  expect((await gathered).candidates).toEqual([])
})
