import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/model/result.js'
import {
  childrenOf,
  expectPass,
  isAlive,
  type Running,
  readResult,
  run,
  start,
  temporaryFolder,
  until,
  writeScenario,
} from './program.js'

const agents = (media: string, whenCalled: string): string => `agents:
  caller: { count: 20, identity: "sip:\${100 + n}@lab.test", password: "p\${100 + n}", media: ${media} }
  callee:
    count: 20
    identity: sip:\${200 + n}@lab.test
    password: p\${200 + n}
    media: ${media}
    when called: ${whenCalled}
`

/** Sixty calls of 200 ms by twenty pairs, all of them kept. */
const short = `version: 1
name: In shards
gateway: embedded

${agents('rtp', '[answer]')}
flows: { talk: [{ call: { from: caller, to: callee } }, talk 200ms, hang up] }
load: { rate: 20/s, arrivals: poisson, calls: 60 }
samples: { calls: 100 }
expect: [session.ser == 100%, session.setup p95 < 1s, session.setup count == 60]
`

/** Ten calls a second, for twelve seconds. */
const long = `version: 1
name: Shard lost
gateway: embedded
${agents('none', '[answer]').replaceAll('count: 20', 'count: 100')}
flows: { talk: [{ call: { from: caller, to: callee } }, wait 300ms, hang up] }
load: { rate: 10/s, for: 12s }
expect: [session.ser == 100%]
`

async function resultOf(text: string, ...args: string[]): Promise<RunResult> {
  const out = join(temporaryFolder(), 'out')
  const ended = await run(['run', writeScenario(text), '--out', out, '--quiet', '--seed', '11', ...args])
  const result = readResult(out)
  expectPass(ended, result)
  return result
}

/** Twenty calls of six seconds over two gateways, of which one is killed while all of them talk. */
const drill = `version: 1
name: Drill in shards
gateway: { embedded: { instances: 2 } }
${agents('rtp', '[answer]')}
flows: { talk: [{ call: { from: caller, to: callee } }, talk 6s, hang up] }
load: { rate: 10/s, for: 4s, calls: 20 }
timers: { t1: 30ms }
samples: { calls: 20 }
faults: [{ name: killed, at: 3s, kill: gateway-1 }]
expect: [failover.zombie_calls == 0%, failover.dropped_calls > 0% where fault = killed]
`

const callsOf = ({ samples }: RunResult) =>
  samples.map(({ call, outcome, legs }) => `${call} ${outcome} ${legs.map(({ agent }) => agent).join(' ')}`).sort()

/** Counts of every metric that does not depend on how fast the machine is. */
const countsOf = ({ metrics }: RunResult) =>
  Object.fromEntries(
    metrics
      .filter(({ name }) => /^(session|registration|call)\./.test(name))
      .map((series) => {
        const key = `${series.name} ${JSON.stringify(series.tags)}`
        if (series.kind === 'histogram') return [key, series.count]
        return [key, series.kind === 'ratio' ? `${series.numerator} of ${series.denominator}` : series.value]
      }),
  )

const ports = ({ samples }: RunResult, shard: number): Set<string> =>
  new Set(
    samples
      .filter(({ call }) => call % 2 === shard)
      .flatMap(({ legs, streams = [] }) => [...legs, ...streams].map(({ local }) => local)),
  )

function pidOf({ child }: Running): number {
  if (child.pid === undefined) throw new Error('the program was not started')
  return child.pid
}

/** Exactly two, or the test ends here: a signal to anything else would meet a process that is not ours. */
function shardsOf(running: Running): readonly [number, number] {
  const [first, second, ...others] = childrenOf(pidOf(running)).filter((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('shards/main.js'),
  )
  if (first === undefined || second === undefined || others.length > 0) throw new Error('there are not two shards')
  return [first, second]
}

describe('a run in two shards', () => {
  it('makes the calls of a run in one process, by the same agents, and counts them the same', async () => {
    const whole = await resultOf(short)
    const split = await resultOf(short, '--shards', '2')
    expect([whole.environment.shards, split.environment.shards]).toEqual([1, 2])
    expect(callsOf(whole)).toHaveLength(60)
    expect(callsOf(split)).toEqual(callsOf(whole))
    expect(countsOf(split)).toEqual(countsOf(whole))
    const { attempted, established, completed } = whole.calls
    expect(split.calls).toMatchObject({ attempted, established, completed, failed: 0 })
    expect(split.agents).toEqual(whole.agents)
    expect(split.media.streams).toBe(whole.media.streams)
    expect(split.checks.map(({ verdict }) => verdict)).toEqual(whole.checks.map(({ verdict }) => verdict))
    const taken = [ports(split, 0), ports(split, 1)] as const
    expect(taken[0].size).toBeGreaterThan(20)
    expect([...taken[0]].filter((port) => taken[1].has(port))).toEqual([])
  })

  it('goes on without a shard that is killed, keeps what that had told, and proves nothing', async () => {
    const out = join(temporaryFolder(), 'out')
    const running = start(['run', writeScenario(long), '--out', out, '--shards', '2'])
    const line = /load (\d+) %, (\d+) attempted/
    await running.said(line)
    // A hundred and twenty calls in all, evenly: it shows those of both shards.
    const [, percent, attempted] = line.exec(running.err()) ?? []
    expect(Number(attempted)).toBeGreaterThan(0.75 * 1.2 * Number(percent) - 2)
    const told = (): number => (existsSync(join(out, 'result.json')) ? readResult(out).calls.attempted : 0)
    await until(() => told() >= 20, 20_000, 'the shards have told of twenty calls')
    const [, victim] = shardsOf(running)
    process.kill(victim, 'SIGKILL')
    const ended = await running.ended
    const result = readResult(out)
    expect([ended.code, result.verdict]).toEqual([3, 'inconclusive'])
    expect(result.reasons[0]).toMatch(
      new RegExp(`^shard [12] of 2 \\(process ${victim}\\) was lost \\(SIGKILL\\): what it did after \\d\\.\\d s`),
    )
    expect(ended.err).toContain(`(process ${victim}) was lost`)
    // All calls of the one, and of the other those that it had told of.
    expect(result.calls.attempted).toBeGreaterThanOrEqual(60 + 9)
    expect(result.calls.attempted).toBeLessThan(120)
    expect(result.environment.durationSeconds).toBeGreaterThan(11.5)
  })

  it('ends in order on Ctrl-C and leaves no process behind', async () => {
    const out = join(temporaryFolder(), 'out')
    const text = long.replace('wait 300ms', 'wait 60s')
    const running = start(['run', writeScenario(text), '--out', out, '--quiet', '--shards', '2'])
    await until(() => existsSync(join(out, 'result.json')), 20_000, 'load began')
    await until(
      () => readResult(out).calls.attempted + readResult(out).timeline.points.length > 2,
      20_000,
      'calls are up',
    )
    const children = childrenOf(pidOf(running))
    // As a terminal does it: the whole group is told.
    for (const pid of [...shardsOf(running), pidOf(running)]) process.kill(pid, 'SIGINT')
    const ended = await running.ended
    const result = readResult(out)
    expect([ended.code, result.verdict]).toEqual([3, 'inconclusive'])
    expect(result.reasons).toContain('the run was interrupted (SIGINT)')
    expect(result.calls.byOutcome.interrupted).toBe(result.calls.attempted)
    expect(result.agents.caller?.registered).toBe(100)
    expect(children.filter(isAlive)).toEqual([])
  })

  it('makes the faults of a drill once, and measures what they did to the calls of all shards', async () => {
    const out = join(temporaryFolder(), 'out')
    const ended = await run(['run', writeScenario(drill), '--out', out, '--quiet', '--shards', '2'])
    expect([0, 3], ended.err).toContain(ended.code)
    const result = readResult(out)
    expect(result.environment.shards).toBe(2)
    expect(result.checks.map(({ verdict }) => verdict)).toEqual(['pass', 'pass'])
    const killed = result.targets.find(({ name }) => name === 'gateway-1')
    // The gateway of the caller relays the media of a call.
    const hit = result.samples.filter(({ legs: [caller] }) => killed?.addresses.includes(caller?.remote ?? ''))
    const dropped = hit.length
    expect(new Set(hit.map(({ call }) => call % 2)).size, 'both shards have lost calls').toBe(2)
    const [fault] = result.faults
    expect(fault).toMatchObject({ name: 'killed', undone: true })
    expect(fault?.at).toBeCloseTo(3, 1)
    expect(fault?.outcome?.calls).toMatchObject({ inProgress: 20, dropped, kept: 20 - dropped })
    const worst = fault?.outcome?.worst.map(({ call }) => call) ?? []
    expect(hit.map(({ call }) => call)).toEqual(expect.arrayContaining(worst))
    expect(readFileSync(join(out, 'drill.log'), 'utf8')).toContain('the fault "killed" (kill) is in force')
  })

  it('does not begin where a fault cannot be made', async () => {
    const text = drill.replace('kill: gateway-1', 'command: { run: no-such-program, undo: none }')
    const ended = await run(['run', writeScenario(text), '--out', join(temporaryFolder(), 'out'), '--shards', '2'])
    expect([ended.code, ended.out]).toEqual([4, ''])
    expect(ended.err).toContain('environment/fault')
  })

  it('are as many as the machine has cores, where auto is asked for', async () => {
    const out = join(temporaryFolder(), 'out')
    const ended = await run(['run', writeScenario(short), '--out', out, '--shards', 'auto'])
    const { environment, calls } = readResult(out)
    const divisors = [1, 2, 4, 5, 10, 20].filter((divisor) => divisor <= availableParallelism())
    expect([environment.shards, calls.completed]).toEqual([divisors.at(-1), 60])
    expect(ended.err).toContain(divisors.length > 1 ? `the load is made by ${divisors.at(-1)} processes` : 'one core')
  })

  it('are refused where they are no number', async () => {
    for (const count of ['0', '65', '1.5', 'many']) {
      const ended = await run(['run', writeScenario(short), '--shards', count])
      expect([count, ended.code]).toEqual([count, 2])
      expect(ended.err).toContain('--shards wants 1 to 64, or auto: one a core')
    }
  })

  it('says why a scenario that cannot be split is not', async () => {
    const text = short.replace('samples:', 'capture: { keep: everything }\nsamples:')
    const out = join(temporaryFolder(), 'out')
    const ended = await run(['run', writeScenario(text), '--out', out, '--shards', '2'])
    expect(ended.err).toContain('the run is not split into shards: a process captures and judges its own traffic')
    expect(readResult(out).environment.shards).toBe(1)
  })

  it('a target that nobody answers at ends the run before load, as in one process', async () => {
    const text = short.replace('gateway: embedded', 'gateway: udp://127.0.0.1:9')
    const ended = await run(['run', writeScenario(text), '--out', join(temporaryFolder(), 'out'), '--shards', '2'])
    expect(ended.code).toBe(4)
    expect(ended.err).toContain('environment/no-response')
  })

  it('a threshold that is missed for long enough ends the load of all shards', async () => {
    const text = long.replace('[session.ser == 100%]', '["session.ser < 10% abort after 1s"]')
    const out = join(temporaryFolder(), 'out')
    const ended = await run(['run', writeScenario(text), '--out', out, '--shards', '2'])
    expect(ended.out).toContain('ended early')
    expect(readResult(out).environment.durationSeconds).toBeLessThan(10)
  })
})
