import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { describeWithPeers } from '../peers/require-peer.js'
import type { SippResult } from '../peers/sipp.js'
import { pairs, runPair, type ScenarioPair } from './sipp-scenario-pairs.js'

/** Far sides that lack what the scenario is there to check, so that its checks are known to fail. */
const mismatches: readonly ScenarioPair[] = [
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
