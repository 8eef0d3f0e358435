import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startEmbeddedGateway } from '../../src/gateway/embedded.js'
import type { RunResult } from '../../src/model/result.js'
import {
  childrenOf,
  isAlive,
  type Running,
  readResult,
  start,
  temporaryFolder,
  until,
  writeScenario,
} from './program.js'
import { UdpSink } from './udp-sink.js'

/** Calls that would go on for a minute: some are up, some ring. */
const scenario = (gateway: string): string =>
  writeScenario(`version: 1
name: Interrupted
gateway: ${gateway}
agents:
  caller: { count: 6, identity: "sip:\${100 + n}@lab.test", password: "p\${100 + n}", media: none }
  callee:
    count: 6
    identity: sip:\${200 + n}@lab.test
    password: p\${200 + n}
    media: none
    when called: [ring 50ms, answer]
  deaf:
    count: 6
    identity: sip:\${300 + n}@lab.test
    password: p\${300 + n}
    media: none
    when called: [never answer]
flows:
  talk: [{ call: { from: caller, to: callee } }, talk 60s, hang up]
  ring: [{ call: { from: caller, to: deaf } }, hang up]
load: { rate: 5/s, for: 60s, calls: 6, flows: { talk: 50%, ring: 50% } }
expect: [session.ser == 100%]
`)

async function underLoad(running: Running, out: string, calls: number): Promise<void> {
  const progress = (): RunResult | undefined => (existsSync(join(out, 'result.json')) ? readResult(out) : undefined)
  const attempted = (): number => progress()?.timeline.points.reduce((sum, point) => sum + point.attempted, 0) ?? 0
  await until(() => attempted() >= calls || running.child.exitCode !== null, 20_000, `${calls} calls were placed`)
}

describe('Ctrl-C', () => {
  it('hangs up, cancels, un-registers, writes the results and ends with 3', async () => {
    const gateway = await startEmbeddedGateway()
    try {
      const udp = gateway.targets.find(({ transport }) => transport === 'udp')
      const out = temporaryFolder()
      const running = start(['run', scenario(`udp://127.0.0.1:${udp?.port}`), '--out', out])
      await underLoad(running, out, 5)
      const [before] = await gateway.statistics({ calls: true })
      expect(before?.bindings).toBe(18)
      expect(before?.activeCalls).toBeGreaterThan(0)
      const interruptedMs = performance.now()
      running.child.kill('SIGINT')
      const ended = await running.ended
      expect(ended.code, ended.err).toBe(3)
      expect(performance.now() - interruptedMs).toBeLessThan(9_000)
      const [after] = await gateway.statistics({ calls: true })
      expect(after).toMatchObject({ bindings: 0, activeCalls: 0 })
      const states = after?.calls.map(({ state, status }) => `${state} ${status}`) ?? []
      expect(new Set(states)).toEqual(new Set(['ended 200', 'ended 487']))
      const result = readResult(out)
      expect(result.verdict).toBe('inconclusive')
      expect(result.reasons.join()).toContain('interrupted (SIGINT)')
      expect(result.calls.byOutcome.interrupted).toBeGreaterThan(0)
      expect(result.calls.failed).toBe(0)
      expect(readdirSync(out)).toEqual(expect.arrayContaining(['report.html', 'junit.xml', 'summary.md']))
    } finally {
      await gateway.stop()
    }
  })

  it('twice stops at once', async () => {
    const out = temporaryFolder()
    const running = start(['run', scenario('embedded'), '--out', out])
    await underLoad(running, out, 3)
    // A gateway that does not answer any more: hanging up would take its time.
    const [gateway = 0] = childrenOf(running.child.pid ?? 0)
    process.kill(gateway, 'SIGSTOP')
    running.child.kill('SIGINT')
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(running.child.exitCode).toBeNull()
    const secondMs = performance.now()
    running.child.kill('SIGINT')
    const ended = await running.ended
    process.kill(gateway, 'SIGCONT')
    expect(performance.now() - secondMs).toBeLessThan(1_500)
    expect(ended.code).toBe(3)
    expect(ended.err).toContain('stopped at once')
    expect(readResult(out).verdict).toBe('inconclusive')
    await until(() => !isAlive(gateway), 5_000, 'the gateway has ended')
  })

  it('while phones still register places no call', async () => {
    const registrar = await new UdpSink().start()
    const out = temporaryFolder()
    const running = start(['run', scenario(registrar.url), '--out', out])
    await until(() => registrar.requests('REGISTER').length > 0, 20_000, 'a phone registers')
    const interruptedMs = performance.now()
    running.child.kill('SIGINT')
    const ended = await running.ended
    await registrar.stop()
    expect(ended.code, ended.err).toBe(3)
    expect(performance.now() - interruptedMs).toBeLessThan(3_000)
    expect(registrar.requests('INVITE')).toEqual([])
    expect(readResult(out)).toMatchObject({ verdict: 'inconclusive', calls: { attempted: 0 } })
  })
})

describe('kill -9', () => {
  it('leaves a readable, inconclusive result, and the embedded gateway ends by itself', async () => {
    const out = temporaryFolder()
    const running = start(['run', scenario('embedded'), '--out', out])
    await underLoad(running, out, 3)
    const gateways = childrenOf(running.child.pid ?? 0)
    expect(gateways).toHaveLength(1)
    running.child.kill('SIGKILL')
    expect((await running.ended).signal).toBe('SIGKILL')
    const result = readResult(out)
    expect(result.schema).toBe('siploadgen/result@1')
    expect(result.verdict).toBe('inconclusive')
    expect(result.reasons[0]).toContain('not come to its end')
    await until(() => !gateways.some(isAlive), 5_000, 'the gateway has ended')
  })
})
