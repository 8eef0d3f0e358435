import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/model/result.js'
import { readResult, run, temporaryFolder, writeScenario } from './program.js'

const short = (load = 'rate: "${rate}", calls: 3', expectations = '[session.ser == 100%]', more = ''): string =>
  writeScenario(
    `version: 1
name: Options
inputs:
  rate: { default: 10/s, help: calls per second }
agents:
  caller: { count: 4, identity: "sip:\${100 + n}@lab.test", password: "p\${100 + n}", media: none }
  callee:
    count: 4
    identity: sip:\${200 + n}@lab.test
    password: p\${200 + n}
    media: none
    when called: [answer]
flows:
  talk: [{ call: { from: caller, to: callee } }, wait uniform, hang up]
load: { ${load} }
expect: ${expectations}
${more}`.replace('wait uniform', 'wait 10ms to 80ms'),
  )

describe('the option', () => {
  it('--set changes an input, and the result says which it was', async () => {
    const out = temporaryFolder()
    const ended = await run(['run', short(), '--out', out, '--set', 'rate=30/s'])
    expect([0, 3], ended.err).toContain(ended.code)
    expect(readResult(out).scenario.inputs).toEqual({ rate: '30/s' })
  })

  it('--seed gives the same arrivals, flows and pauses again, and another seed others', async () => {
    const file = short('arrivals: poisson, rate: 15/s, for: 1s')
    const figures: string[] = []
    for (const seed of ['7', '7', '8']) {
      const out = temporaryFolder()
      await run(['run', file, '--out', out, '--seed', seed, '--quiet'])
      figures.push(JSON.stringify(intended(readResult(out))))
    }
    expect(figures[0]).toBe(figures[1])
    expect(figures[0]).not.toBe(figures[2])
  })

  it.each([
    ['json', /^\{\s*"schema": "siploadgen\/result@1"/],
    ['junit', /^<\?xml/],
    ['markdown', /^## .*Options/],
    ['html', /^<!doctype html>/i],
    ['text', /attempted/],
  ])('--format %s prints that and nothing else', async (format, begins) => {
    const out = temporaryFolder()
    const ended = await run(['run', short(), '--out', out, '--format', format])
    expect(ended.out).toMatch(begins)
    if (format === 'json') expect(JSON.parse(ended.out)).toEqual(readResult(out))
  })

  it('--out names the folder, and no reports folder appears', async () => {
    const cwd = temporaryFolder()
    await run(['run', short(), '--out', 'here/and/there'], { cwd })
    expect(readdirSync(cwd)).toEqual(['here'])
    expect(existsSync(join(cwd, 'here/and/there/result.json'))).toBe(true)
  })

  it('--quiet prints nothing', async () => {
    const ended = await run(['run', short(), '--out', temporaryFolder(), '--quiet'])
    expect(ended).toMatchObject({ out: '', err: '' })
  })
})

/** What chance decided: how many calls each second, as they were meant. */
const intended = ({ calls, timeline }: RunResult) => ({
  attempted: calls.attempted,
  perSecond: timeline.points.map(({ attempted }) => attempted),
})

describe('a stored result', () => {
  it('is rendered again in any format, the same as the run rendered it', async () => {
    const out = temporaryFolder()
    await run(['run', short(), '--out', out, '--quiet'])
    const again = temporaryFolder()
    const ended = await run(['report', out, '--format', 'junit', '--format', 'html', '--out', again])
    expect(ended.code, ended.err).toBe(0)
    expect(readdirSync(again).sort()).toEqual(['junit.xml', 'report.html'])
    const printed = await run(['report', join(out, 'result.json'), '--format', 'json'])
    expect(JSON.parse(printed.out)).toEqual(readResult(out))
  })
})

describe('a threshold', () => {
  it('that is missed makes the verdict fail and the exit code 1', async () => {
    const out = temporaryFolder()
    const ended = await run(['run', short(undefined, '[session.ser < 50%]'), '--out', out])
    const result = readResult(out)
    if (result.generator.saturated) expect(ended.code).toBe(3)
    else expect(ended.code, ended.err).toBe(1)
    expect(result.checks[0]).toMatchObject({ verdict: 'fail', measured: expect.stringContaining('100 %') })
  })

  it('with abort after ends a hopeless run early, as a failure', async () => {
    const out = temporaryFolder()
    const file = short('rate: 10/s, for: 60s', '["session.ser < 50% abort after 1s"]')
    const ended = await run(['run', file, '--out', out])
    const result = readResult(out)
    expect(ended.ms).toBeLessThan(15_000)
    expect(result.reasons.join()).toContain('ended early: session.ser was 100 %')
    if (!result.generator.saturated) expect(ended.code, ended.err).toBe(1)
  })

  it('does not judge what belongs to the warm-up', async () => {
    const out = temporaryFolder()
    await run(['run', short('rate: 10/s, for: 2s', undefined, 'warmup: 1s'), '--out', out])
    const result = readResult(out)
    expect(result.timeline.points.reduce((sum, { attempted }) => sum + attempted, 0)).toBe(20)
    expect(result.calls.attempted).toBe(10)
    expect(result.checks[0]?.measured).toContain('10 of 10')
  })
})

describe('a call that fails as its flow expects', () => {
  it('is no failure of the run, and counts in the figures of RFC 6076 by definition', async () => {
    const out = temporaryFolder()
    const file = writeScenario(`version: 1
agents:
  caller: { count: 2, identity: "sip:\${100 + n}@lab.test", password: "p\${100 + n}", media: none }
  callee:
    count: 2
    identity: sip:\${200 + n}@lab.test
    password: p\${200 + n}
    media: none
    when called: [reject 486]
flows:
  busy: [{ call: { from: caller, to: callee, expect: 486 } }]
load: { rate: 10/s, calls: 4 }
expect: [session.seer == 100%]
`)
    const ended = await run(['run', file, '--out', out])
    expect([0, 3], ended.err).toContain(ended.code)
    const { calls, metrics } = readResult(out)
    expect(calls).toMatchObject({
      attempted: 4,
      failed: 0,
      byOutcome: { rejected: 4 },
      byStatus: { 486: 4 },
      failures: {},
    })
    const ser = metrics.find(({ name, tags }) => name === 'session.ser' && Object.keys(tags).length === 0)
    expect(ser).toMatchObject({ numerator: 0, denominator: 4 })
  })
})

describe('the log', () => {
  it.each([
    ['warn', /^warn caller \d+: not registered: the credentials for realm .* were not accepted/m, /^(info|debug) /m],
    ['info', /^info callee \d+: registered$/m, /^debug /m],
    ['debug', /^debug call 0 talk: completed$|^warn call 0 talk /m, /^error /m],
  ])('--log-level %s tells what happens on standard error', async (level, told, untold) => {
    const ended = await run([
      'run',
      level === 'warn' ? strangers() : short(),
      '--out',
      temporaryFolder(),
      '--log-level',
      level,
    ])
    expect(ended.err).toMatch(told)
    expect(ended.err).not.toMatch(untold)
  })
})

/** Callers whose passwords the gateway does not know. */
const strangers = (expectations?: string): string => {
  const file = short(undefined, expectations)
  writeFileSync(file, readFileSync(file, 'utf8').replace('password: "p${100 + n}"', 'password: "wrong"'))
  return file
}

describe('phones that cannot register', () => {
  it.each([
    ['keep a run from passing', '[session.srd_failed p95 < 10s]', 3, 'inconclusive'],
    ['do not hide a threshold that is missed', '[session.ser == 100%]', 1, 'fail'],
  ])('%s', async (_, expectations, code, verdict) => {
    const out = temporaryFolder()
    const ended = await run(['run', strangers(expectations), '--out', out])
    expect(ended.code).toBe(code)
    const result = readResult(out)
    expect(result.verdict).toBe(verdict)
    expect(result.reasons.join('\n')).toMatch(/no agent of group "caller" could register: the credentials/)
    expect(result.agents.caller).toMatchObject({ count: 4, registered: 0, registrationsFailed: 4 })
  })
})
