import { expect, test } from 'vitest'
import { Rng } from '../../src/base/rng.js'
import { WheelClock } from '../../src/base/wheel-clock.js'
import { probes } from '../../src/probe/registry.js'
import { playSeries } from '../../src/probe/series.js'
import { SocketNetwork } from '../../src/probe/socket-network.js'
import type { ProbeTarget } from '../../src/probe/target.js'
import { TargetGuard } from '../../src/transport/guard.js'
import { freePort } from '../peers/free-port.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { startSipp } from '../peers/sipp.js'

const host = '127.0.0.1'

const targetAt = (port: number, callsUs: boolean): ProbeTarget => ({
  name: 'SIPp',
  transport: 'udp',
  address: { host, port },
  domain: `${host}:${port}`,
  accounts: ['alice', 'bob'].map((user) => ({ user, credentials: undefined })),
  udp: undefined,
  callUri: undefined,
  callsUs,
  declared: new Set(),
  webSocket: { path: '/', fields: [] },
})

/** Verdicts by statement of the probes with these names. */
async function verdictsOf(
  target: ProbeTarget,
  ids: readonly string[],
  listenPort?: number,
): Promise<Record<string, string>> {
  const clock = new WheelClock()
  const rng = new Rng(1, 'probe')
  const network = new SocketNetwork({ target, guard: new TargetGuard([]), rng, ca: undefined, listenPort })
  const chosen = ids.flatMap((id) => probes.filter((probe) => probe.id === id))
  const played = await playSeries(chosen, { target, network, clock, rng, slow: false, limitMs: 60_000 })
  return Object.fromEntries(
    played.flatMap(({ verdicts }) => Array.from(verdicts, ([id, { verdict }]) => [id, verdict])),
  )
}

describeWithPeers(['sipp'], 'probing the built-in scenarios of SIPp', () => {
  test('its uas takes copies and callers without a tag, and answers whatever is offered', async () => {
    const port = await freePort(host)
    await startSipp({ scenario: 'builtin:uas', localAddress: host, localPort: port, traceMessages: false })
    const verdicts = await verdictsOf(targetAt(port, false), ['calls/copies', 'calls/without-tag', 'offers/streams'])
    expect(verdicts).toEqual({
      '6026-7.3-19': 'pass',
      '6026-6-5': 'pass',
      '3261-12.1.1-14': 'pass',
      '3264-6-8': 'violation',
      '3264-6.1-24': 'violation',
    })
  })

  test('its uac acknowledges what is refused, and takes responses with a foreign Via for its own', async () => {
    const [port, listenPort] = [await freePort(host), await freePort(host)]
    await startSipp({
      scenario: 'builtin:uac',
      localAddress: host,
      localPort: port,
      remote: `${host}:${listenPort}`,
      calls: 60,
      rate: 2,
      traceMessages: false,
    })
    const verdicts = await verdictsOf(targetAt(port, true), ['callers/progress', 'callers/strays'], listenPort)
    expect(verdicts).toMatchObject({
      '3261-8.1.3.2-3': 'pass',
      '3581-3-3': 'pass',
      '3261-18.1.2-1': 'violation',
      '6026-7.3-26': 'pass',
    })
  })
})
