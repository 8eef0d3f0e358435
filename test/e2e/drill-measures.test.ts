import { describe, expect, it } from 'vitest'
import type { FaultResult } from '../../src/model/fault-result.js'
import type { RunResult } from '../../src/model/result.js'
import { readResult, run, temporaryFolder, writeScenario } from './program.js'

/** Runs a drill against embedded gateways; the verdict is not asked for, since a busy machine may be the bottleneck. */
async function drill(text: string): Promise<{ result: RunResult; fault: FaultResult }> {
  const out = temporaryFolder()
  const ended = await run(['run', writeScenario(text), '--out', out, '--quiet'])
  expect([0, 1, 3], ended.err).toContain(ended.code)
  const result = readResult(out)
  const [fault] = result.faults
  if (!fault) throw new Error('no fault was made')
  expect(fault).toMatchObject({ undone: true })
  return { result, fault }
}

const agents = (media: string): string => `agents:
  caller: { count: 20, identity: "sip:\${1000 + n}@siploadgen", password: "p\${1000 + n}", calls at once: 4, media: ${media} }
  callee: { count: 20, identity: "sip:\${2000 + n}@siploadgen", password: "p\${2000 + n}", calls at once: 4, media: ${media} }`

describe('a fault of known size', () => {
  it('is an outage of that size, within one call interval', async () => {
    const intervalMs = 200
    const { fault } = await drill(`version: 1
gateway: embedded
${agents('none')}
flows:
  talk: [{ call: { from: caller, to: callee } }, wait 300ms, hang up]
load: { flow: talk, rate: 5/s, for: 10s }
timers: { t1: 10ms }
faults:
  - { name: silence, at: 4s, for: 3s, impair: { target: gateway-1, silence: true } }
expect: [failover.signalling_outage < 4s]
`)
    // What a busy machine adds to the answers of two calls is no outage.
    const slackMs = 200
    const outageMs = fault.measures['failover.signalling_outage'] ?? 0
    expect(Math.abs(outageMs - 1000 * fault.for)).toBeLessThanOrEqual(intervalMs + slackMs)
    expect(fault.for).toBeCloseTo(3, 0)
    expect(fault.outcome?.newCalls.failed).toBeGreaterThanOrEqual(9)
  }, 60_000)

  it('is a media gap of that size, within one packet time and 5 ms', async () => {
    const { fault } = await drill(`version: 1
gateway: embedded
${agents('rtp')}
flows:
  talk: [{ call: { from: caller, to: callee } }, talk 5s, hang up]
load: { flow: talk, rate: 5/s, for: 4s, calls: 5 }
faults:
  - { name: relay away, at: 2s, for: 1500ms, kill relay: gateway-1 }
expect: [failover.recovered_calls == 100%]
`)
    expect(fault.outcome?.calls).toMatchObject({ inProgress: 5, recovered: 5 })
    const gapMs = fault.measures['failover.media_gap p50'] ?? 0
    expect(Math.abs(gapMs - 1000 * fault.for)).toBeLessThanOrEqual(25)
  }, 60_000)

  it('drops exactly the calls that were on the instance that is killed', async () => {
    const { result, fault } = await drill(`version: 1
gateway: { embedded: { instances: 2 } }
${agents('rtp')}
flows:
  talk: [{ call: { from: caller, to: callee } }, talk 6s, hang up]
load: { flow: talk, rate: 10/s, for: 4s, calls: 20 }
timers: { t1: 30ms }
samples: { calls: 20 }
faults:
  - { name: kill one, at: 3s, kill: gateway-1 }
expect: [failover.zombie_calls == 0%]
`)
    const [killed] = result.targets.filter(({ name }) => name === 'gateway-1')
    // The gateway of the caller relays the media of a call.
    const onKilled = result.samples.filter(({ legs: [caller] }) => killed?.addresses.includes(caller?.remote ?? ''))
    expect(result.samples).toHaveLength(20)
    expect(onKilled.length).toBeGreaterThan(0)
    expect(onKilled.length).toBeLessThan(20)
    const dropped = onKilled.length
    expect(fault.outcome?.calls).toMatchObject({ inProgress: 20, dropped, kept: 20 - dropped })
  }, 60_000)
})
