import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { Rng } from '../../src/base/rng.js'
import { WheelClock } from '../../src/base/wheel-clock.js'
import { type PlayedProbe, play } from '../../src/probe/play.js'
import { probes } from '../../src/probe/registry.js'
import { SocketNetwork } from '../../src/probe/socket-network.js'
import type { ProbeTarget } from '../../src/probe/target.js'
import { writeResponse } from '../../src/sip/message/response.js'
import { SipMessage } from '../../src/sip/message/sip-message.js'
import { createServerCertificate } from '../../src/transport/certificates.js'
import { TargetGuard } from '../../src/transport/guard.js'

interface Peer {
  readonly server: Server
  readonly ca?: string
  readonly password?: string
  readonly perMessageDeflate?: boolean
  /** How many compressed messages it got. */
  compressed?: number
}

/** The npm package ws, with SIP on top that answers everything with 200. */
async function serve(peer: Peer): Promise<number> {
  const { server, perMessageDeflate = false, password } = peer
  const wanted = password && `Basic ${Buffer.from(`alice:${password}`).toString('base64')}`
  const sockets = new WebSocketServer({
    server,
    perMessageDeflate: perMessageDeflate && { threshold: 0 },
    verifyClient: ({ req }, done) => {
      if (wanted === undefined || req.headers.authorization === wanted) done(true)
      else done(false, 401, 'Unauthorized', { 'WWW-Authenticate': 'Basic realm="sip"' })
    },
  })
  sockets.on('connection', (socket) => {
    if (socket.extensions !== '') peer.compressed = (peer.compressed ?? 0) + 1
    socket.on('message', (data) => {
      const message = SipMessage.parse(data as Buffer)
      socket.send(writeResponse(message, 200, '', { toTag: 'peer' }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function playAt(id: string, transport: 'ws' | 'wss', peer: Peer): Promise<PlayedProbe> {
  const port = await serve(peer)
  const target: ProbeTarget = {
    name: 'peer',
    transport,
    address: { host: '127.0.0.1', port },
    domain: `localhost:${port}`,
    accounts: [{ user: 'alice', credentials: { username: 'alice', password: 'right' } }],
    udp: undefined,
    callUri: undefined,
    callsUs: false,
    declared: new Set(),
    webSocket: { path: '/', fields: [] },
  }
  const rng = new Rng(1, 'probe')
  const network = new SocketNetwork({ target, guard: new TargetGuard([]), rng, ca: peer.ca, listenPort: undefined })
  const probe = probes.find((each) => each.id === id)
  if (probe === undefined) throw new Error(id)
  const played = await play(probe, { target, network, clock: new WheelClock(), rng })
  peer.server.closeAllConnections()
  peer.server.close()
  return played
}

const verdictOf = (played: PlayedProbe, statement: string) => played.verdicts.get(statement)

describe('over real sockets to the npm package ws', () => {
  test('a request that is compressed is answered by a compressed response', async () => {
    const peer: Peer = { server: createServer(), perMessageDeflate: true }
    const played = await playAt('handshakes/compression', 'ws', peer)
    expect(verdictOf(played, '7118-D-37')).toEqual({ verdict: 'pass' })
    expect(peer.compressed).toBe(1)
    const answers = played.entries.filter(({ message }) => message?.status === 200)
    expect(answers).toHaveLength(1)
  })

  test.each([
    ['right', 'pass'],
    ['another', 'violation'],
  ])('a challenge of HTTP is answered: password %s', async (password, verdict) => {
    const played = await playAt('handshakes/credentials', 'ws', { server: createServer(), password })
    expect(verdictOf(played, '7118-D-41')?.verdict).toBe(verdict)
  })

  test.each([
    ['of today', {}, 'pass'],
    ['that speaks TLS 1.1', { minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' }, 'violation'],
  ] as const)('TLS of a server %s', async (_, settings, verdict) => {
    const { keyPem, certPem, caPem } = await createServerCertificate(['localhost', '127.0.0.1'])
    const server = createTlsServer({ key: keyPem, cert: certPem, ...settings }) as Server
    const played = await playAt('handshakes/tls', 'wss', { server, ca: caPem })
    expect(verdictOf(played, '7118-D-42')?.verdict).toBe(verdict)
  })
})
