import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { Rng } from '../../src/base/rng.js'
import { WheelClock } from '../../src/base/wheel-clock.js'
import { ListeningNetwork } from '../../src/probe/listening-network.js'
import { probes } from '../../src/probe/registry.js'
import { playSeries } from '../../src/probe/series.js'
import type { ProbeTarget } from '../../src/probe/target.js'
import { createAuthority } from '../../src/transport/certificates.js'
import { atEnd } from '../peers/at-end.js'
import { startChromium } from '../peers/chromium.js'
import { describeWithPeers } from '../peers/require-peer.js'

const targetOf = (transport: 'ws' | 'wss'): ProbeTarget => ({
  name: 'JsSIP',
  transport,
  address: { host: '127.0.0.1', port: 80 },
  udp: undefined,
  domain: 'probe.test',
  accounts: ['alice', 'bob'].map((user) => ({ user, credentials: undefined })),
  callUri: undefined,
  callsUs: true,
  declared: new Set(),
  webSocket: { path: '/', fields: [] },
})

/** JsSIP in Node.js, over the npm package ws in place of the WebSocket of a browser. */
async function startJsSip(url: string, ca?: string): Promise<void> {
  const socket = class extends WebSocket {
    constructor(address: string, protocol: string) {
      super(address, protocol, { ca })
    }
  }
  Object.assign(globalThis, { WebSocket: socket })
  const { UA, WebSocketInterface } = (await import('jssip')).default
  const ua = new UA({
    sockets: [new WebSocketInterface(url)],
    uri: 'sip:alice@probe.test',
    password: 'palice',
    session_timers: false,
  })
  ua.start()
  atEnd(() => ua.stop())
}

interface Visit {
  readonly network: ListeningNetwork
  readonly clock: WheelClock
  readonly target: ProbeTarget
  readonly url: string
  readonly ca: string
}

async function listen(transport: 'ws' | 'wss'): Promise<Visit> {
  const clock = new WheelClock()
  const target = targetOf(transport)
  const authority = await createAuthority()
  const certificate = transport === 'wss' ? await authority.issue(['localhost', '127.0.0.1']) : undefined
  const network = await ListeningNetwork.listen({ target, port: 0, certificate, clock })
  if (typeof network === 'string') throw new Error(network)
  atEnd(() => network.close())
  return { network, clock, target, url: `${transport}://127.0.0.1:${network.local.port}`, ca: authority.caPem }
}

/** Every verdict, as text. */
async function verdictsOf({ network, clock, target }: Visit, ...only: readonly string[]): Promise<readonly string[]> {
  const chosen = probes.filter(({ id }) => only.includes(id))
  const options = { target, network, clock, rng: new Rng(1, 'probe'), slow: false, limitMs: 100_000 }
  const played = await playSeries(chosen, options)
  return played.flatMap(({ verdicts }) => Array.from(verdicts, ([statement, { verdict }]) => `${statement} ${verdict}`))
}

const passed = (...statements: readonly string[]) => statements.map((statement) => `${statement} pass`)

describe('siploadgen probe of clients of WebSocket', () => {
  test('JsSIP keeps what is asked of messages, frames and closing', async () => {
    const visit = await listen('ws')
    await startJsSip(visit.url)
    expect(await verdictsOf(visit, 'clients/registering')).toEqual(passed('7118-D-40', '7118-D-21', '7118-5.3-5'))
    expect(await verdictsOf(visit, 'clients/messages')).toEqual(
      passed('7118-4.2-1', '7118-D-10', '7118-D-13', '7118-D-18', '7118-D-11', '7118-D-14', '7118-D-15'),
    )
    expect(await verdictsOf(visit, 'clients/bad-text', 'clients/closing')).toEqual(
      passed('7118-D-16', '7118-D-35', '7118-D-31'),
    )
    expect(await verdictsOf(visit, 'clients/cookies', 'clients/challenged')).toEqual([
      '7118-7-1 not applicable',
      '7118-7-2 pass',
    ])
  }, 90_000)

  test('JsSIP goes away from a certificate that nobody vouches for, and comes to one of its authority', async () => {
    const visit = await listen('wss')
    await startJsSip(visit.url, visit.ca)
    expect(await verdictsOf(visit, 'clients/certificate')).toEqual(['7118-9.1-2 pass'])
    expect(await verdictsOf(visit, 'clients/bad-text')).toEqual(['7118-D-16 pass'])
  }, 60_000)

  test('a client that takes any certificate is found out', async () => {
    const visit = await listen('wss')
    const socket = new WebSocket(visit.url, 'sip', { rejectUnauthorized: false })
    socket.on('error', () => socket.terminate())
    atEnd(() => socket.terminate())
    expect(await verdictsOf(visit, 'clients/certificate')).toEqual(['7118-9.1-2 violation'])
  })

  test('a client that knocks on and on is found out', async () => {
    const visit = await listen('ws')
    let ended = false
    atEnd(() => {
      ended = true
    })
    const knock = (): void => {
      const socket = new WebSocket(visit.url, 'sip')
      socket.on('error', () => {
        if (!ended) setTimeout(knock, 20)
      })
    }
    knock()
    expect(await verdictsOf(visit, 'clients/challenged')).toEqual(['7118-7-2 violation'])
    ended = true
  })
})

describeWithPeers(['chromium'], 'siploadgen probe of JsSIP in Chromium', () => {
  test('it brings the cookie of the first handshake to the next, and answers a challenge or gives up', async () => {
    const visit = await listen('ws')
    const chromium = await startChromium()
    const registrar = { address: '127.0.0.1', wss: 0, domain: 'probe.test' }
    const verdicts = verdictsOf(visit, 'clients/cookies', 'clients/challenged')
    await chromium.openPhone(registrar, 'alice', { server: visit.url, headers: [] })
    expect(await verdicts).toEqual(passed('7118-7-1', '7118-7-2'))
  }, 90_000)
})
