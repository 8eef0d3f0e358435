import { readFileSync } from 'node:fs'
import { Rng } from '../../src/base/rng.js'
import { WheelClock } from '../../src/base/wheel-clock.js'
import type { TransportName } from '../../src/model/address.js'
import type { PlayedProbe } from '../../src/probe/play.js'
import { probes } from '../../src/probe/registry.js'
import { playSeries } from '../../src/probe/series.js'
import { SocketNetwork } from '../../src/probe/socket-network.js'
import type { ProbeTarget } from '../../src/probe/target.js'
import { TargetGuard } from '../../src/transport/guard.js'
import type { Lab } from '../peers/lab.js'

const account = (user: string) => ({ user, credentials: { username: user, password: `p${user}` } })

/** Plays the probes whose names begin so against the lab. */
export function probeLab(
  lab: Lab,
  transport: TransportName,
  beginnings: readonly string[],
): Promise<readonly PlayedProbe[]> {
  const clock = new WheelClock()
  const rng = new Rng(1, 'probe')
  const target: ProbeTarget = {
    name: 'the lab',
    transport,
    address: { host: lab.address, port: lab[transport] },
    domain: lab.domain,
    accounts: ['alice', 'bob'].map(account),
    udp: { host: lab.address, port: lab.udp },
    callUri: undefined,
    callsUs: false,
    declared: new Set(),
    webSocket: { path: '/', fields: [] },
  }
  const ca = readFileSync(lab.caFile, 'utf8')
  const network = new SocketNetwork({ target, guard: new TargetGuard([]), rng, ca, listenPort: undefined })
  const chosen = probes.filter(({ id }) => beginnings.some((part) => id.startsWith(part)))
  return playSeries(chosen, { target, network, clock, rng, slow: false, limitMs: 90_000 })
}
