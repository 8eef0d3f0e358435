import { freePort, freePortRange } from '../peers/free-port.js'
import { runSipp, type SippOptions, type SippResult, startSipp } from '../peers/sipp.js'

/** Two SIPp scenarios of test/interop/sipp that call each other once. */
export interface ScenarioPair {
  readonly uac: string
  readonly uas: string
  readonly transport?: 'udp' | 'tcp'
  readonly keys?: Readonly<Record<string, string>>
  readonly uacArgs?: readonly string[]
  readonly uasArgs?: readonly string[]
}

const timers = { expires: '90' }
const short = ['-d', '300']

/** Every scenario of test/interop/sipp with a counterpart of SIPp's own, so that its checks are known to pass. */
export const pairs: readonly ScenarioPair[] = [
  { uac: 'call-uac', uas: 'call-uas', keys: { domain: 'sipp.test', callee: 'service' } },
  { uac: 'call-uac', uas: 'call-uas', transport: 'tcp', keys: { domain: 'sipp.test', callee: 'service' } },
  {
    uac: 'call-uac',
    uas: 'auth-uas',
    keys: { domain: 'sipp.test', callee: 'service', username: 'alice', password: 'secret' },
    uacArgs: ['-au', 'alice', '-ap', 'secret'],
  },
  {
    uac: 'register-uac',
    uas: 'register-uas',
    keys: { domain: 'sipp.test', username: 'alice', password: 'secret' },
    uacArgs: ['-s', 'alice', '-au', 'alice', '-ap', 'secret'],
  },
  { uac: 'prack-uac', uas: 'prack-uas' },
  { uac: 'prack-required-uac', uas: 'prack-uas' },
  { uac: 'update-uac', uas: 'update-uas' },
  { uac: 'reinvite-uac', uas: 'reinvite-uas' },
  { uac: 'reinvite-uac', uas: 'reinvite-uas', transport: 'tcp' },
  { uac: 'timer-reinvite-uac', uas: 'timer-refreshed-uas', keys: timers, uacArgs: short },
  { uac: 'timer-update-uac', uas: 'timer-refreshed-uas', keys: timers, uacArgs: short },
  { uac: 'timer-refreshed-uac', uas: 'timer-reinvite-uas', keys: timers, uasArgs: short },
  { uac: 'timer-refreshed-uac', uas: 'timer-update-uas', keys: timers, uasArgs: short },
  { uac: 'timer-expired-peer-uac', uas: 'timer-expired-uas', keys: timers },
  { uac: 'timer-422-peer-uac', uas: 'timer-422-uas' },
  { uac: 'timer-422-uac', uas: 'timer-422-peer-uas' },
  { uac: 'refer-uac', uas: 'refer-uas', keys: { target: 'sip:third@127.0.0.1' } },
  { uac: 'glare-peer-uac', uas: 'glare-uas' },
  { uac: 'glare-uac', uas: 'glare-peer-uas' },
  { uac: 'cancel-uac', uas: 'cancel-uas' },
  { uac: 'cancel-race-peer-uac', uas: 'cancel-race-uas' },
  { uac: 'cancel-race-uac', uas: 'cancel-race-peer-uas' },
  { uac: 'late-offer-uac', uas: 'late-offer-uas' },
  { uac: 'call-uac', uas: 'early-media-uas', keys: { domain: 'sipp.test', callee: 'service' } },
  { uac: 'info-uac', uas: 'info-uas' },
  { uac: 'message-uac', uas: 'message-uas' },
]

export interface RanPair {
  readonly uac: SippResult
  readonly uas: SippResult
  readonly uacPort: number
  readonly uasPort: number
}

/** Runs both sides through one call on an address of the loopback. */
export async function runPair(pair: ScenarioPair, address = '127.0.0.1'): Promise<RanPair> {
  const [uasPort, uacPort] = [await freePort(address), await freePort(address)]
  const common = {
    calls: 1,
    localAddress: address,
    timeoutSeconds: 15,
    ...(pair.transport === undefined ? {} : { transport: pair.transport }),
    ...(pair.keys === undefined ? {} : { keys: pair.keys }),
  }
  const side = async (args: readonly string[] = []): Promise<Pick<SippOptions, 'mediaPort' | 'args'>> => ({
    mediaPort: await freePortRange(4, address),
    args,
  })
  const uas = await startSipp({ ...common, ...(await side(pair.uasArgs)), scenario: pair.uas, localPort: uasPort })
  const uac = await runSipp({
    ...common,
    ...(await side(pair.uacArgs)),
    scenario: pair.uac,
    localPort: uacPort,
    remote: `${address}:${uasPort}`,
  })
  // A side that failed may leave the other waiting for a call that never comes.
  if (uac.exitCode !== 0) await uas.peer.stop()
  return { uac, uas: await uas.result(), uacPort, uasPort }
}
