import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { freePort, freePortRange } from '../peers/free-port.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { runSipp, type SippOptions, type SippResult, startSipp } from '../peers/sipp.js'

interface Pair {
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
const pairs: readonly Pair[] = [
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

/** Far sides that lack what the scenario is there to check, so that its checks are known to fail. */
const mismatches: readonly Pair[] = [
  { uac: 'call-uac', uas: 'prack-uas', keys: { domain: 'sipp.test', callee: 'service' } },
  { uac: 'prack-uac', uas: 'call-uas' },
  { uac: 'timer-422-uac', uas: 'call-uas' },
  { uac: 'reinvite-uac', uas: 'glare-uas' },
  { uac: 'cancel-uac', uas: 'cancel-race-uas' },
  { uac: 'cancel-race-peer-uac', uas: 'cancel-uas' },
  {
    uac: 'call-uac',
    uas: 'auth-uas',
    keys: { domain: 'sipp.test', callee: 'service', username: 'alice', password: 'secret' },
    uacArgs: ['-au', 'alice', '-ap', 'wrong'],
  },
]

const succeeded = { exitCode: 0, successful: 1, failed: 0, errors: '' }

/** Runs both sides through one call. */
async function runPair(pair: Pair): Promise<{ uac: SippResult; uas: SippResult }> {
  const port = await freePort()
  const common = {
    calls: 1,
    timeoutSeconds: 15,
    ...(pair.transport === undefined ? {} : { transport: pair.transport }),
    ...(pair.keys === undefined ? {} : { keys: pair.keys }),
  }
  const side = async (args: readonly string[] = []): Promise<Pick<SippOptions, 'mediaPort' | 'args'>> => ({
    mediaPort: await freePortRange(4),
    args,
  })
  const uas = await startSipp({ ...common, ...(await side(pair.uasArgs)), scenario: pair.uas, localPort: port })
  const uac = await runSipp({
    ...common,
    ...(await side(pair.uacArgs)),
    scenario: pair.uac,
    localPort: await freePort(),
    remote: `127.0.0.1:${port}`,
  })
  // A side that failed may leave the other waiting for a call that never comes.
  if (uac.exitCode !== 0) await uas.peer.stop()
  return { uac, uas: await uas.result() }
}

const outcome = ({ exitCode, successful, failed, errors }: SippResult): object => ({
  exitCode,
  successful,
  failed,
  errors,
})

describeWithPeers(['sipp'], 'the SIPp scenarios', () => {
  test.each(pairs)('$uac and $uas understand each other', async (pair) => {
    const { uac, uas } = await runPair(pair)
    expect({ uac: outcome(uac), uas: outcome(uas) }).toEqual({ uac: succeeded, uas: succeeded })
  })

  test.each(mismatches)('$uac and $uas fail together', async (pair) => {
    const { uac, uas } = await runPair(pair)
    expect(uac.failed + uas.failed).toBeGreaterThan(0)
    expect([uac.exitCode, uas.exitCode]).not.toEqual([0, 0])
  })

  test('are all in a pair', () => {
    const names = readdirSync(new URL('sipp/', import.meta.url)).map((name) => name.replace('.xml', ''))
    const proved = new Set(pairs.flatMap(({ uac, uas }) => [uac, uas]))
    expect(names.filter((name) => !proved.has(name)).sort()).toEqual([])
  })
})
