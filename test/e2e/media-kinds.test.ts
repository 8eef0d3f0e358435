import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/model/result.js'
import { readResult, run, temporaryFolder, writeScenario } from './program.js'

const kinds = ['rtp', 'sdes', 'webrtc'] as const
type Kind = (typeof kinds)[number]

const group = (name: string, kind: Kind, first: number): string =>
  `${name}: { count: 2, identity: "sip:\${${first} + n}@lab.test", password: "p\${${first} + n}", media: ${kind}` +
  `${kind === 'webrtc' ? ', transport: wss' : ''} }`

const scenario = (caller: Kind, callee: Kind): string => `version: 1
gateway: embedded
agents:
  ${group('caller', caller, 1000)}
  ${group('callee', callee, 2000)}
flows:
  talk:
    - call: { from: caller, to: callee }
    - talk 600ms
    - dtmf: "5"
    - expect dtmf: { digits: "5", within: 5s }
    - hold 200ms
    - talk 300ms
    - re-invite: { keys: new, by: callee }
    - talk 300ms
    - hang up
load: { flow: talk, rate: 2/s, calls: 2 }
samples: { calls: 2 }
expect: [session.ser == 100%]
`

const numerator = (result: RunResult, name: string): number | undefined => {
  const series = result.metrics.find((one) => one.name === name && Object.keys(one.tags).length === 0)
  return series?.kind === 'ratio' ? series.numerator : undefined
}

const pairs = kinds.flatMap((caller) => kinds.map((callee) => [caller, callee] as const))

describe('through the embedded gateway', () => {
  it.each(pairs)(
    'a phone of %s calls one of %s: audio, digits, hold and new keys, and nothing is lost',
    async (a, b) => {
      const folder = temporaryFolder()
      const out = join(folder, 'out')
      const ended = await run(['run', writeScenario(scenario(a, b), folder), '--out', out, '--quiet'])
      expect([0, 3], ended.err).toContain(ended.code)
      const result = readResult(out)
      expect(result.calls, ended.out + result.reasons.join()).toMatchObject({ attempted: 2, completed: 2, failed: 0 })
      expect(result.media.streams).toBe(4)
      // A second and a half of audio, each way, in each call.
      expect(result.media.packetsReceived).toBeGreaterThan(4 * 40)
      expect(numerator(result, 'media.loss')).toBe(0)
      expect(numerator(result, 'media.srtp_failures')).toBe(0)
    },
  )
})
