import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectPass, readResult, run, temporaryFolder, writeScenario } from './program.js'

interface Judged {
  readonly faults?: string
  readonly conformance?: string
  readonly expects?: string
  /** Of the phones on UDP. */
  readonly headers?: string
}

/** Phones on UDP, TCP and WSS call each other through the embedded gateway. */
const scenario = (
  { faults = '{}', conformance = '{}', expects = 'conformance.violations == 0', headers = '{}' }: Judged,
  folder?: string,
): string =>
  writeScenario(
    `version: 1
gateway: { embedded: { faults: ${faults} } }
agents:
  desk: { count: 2, identity: "sip:\${100 + n}@lab.test", password: "p\${100 + n}", media: none, headers: ${headers} }
  soft: { count: 2, identity: "sip:\${200 + n}@lab.test", password: "p\${200 + n}", transport: tcp, media: none }
  web: { count: 2, identity: "sip:\${300 + n}@lab.test", password: "p\${300 + n}", transport: wss, media: none }
flows:
  to-soft: [{ call: { from: desk, to: soft } }, talk 200ms, hang up]
  to-web: [{ call: { from: soft, to: web } }, talk 200ms, hang up]
  to-desk: [{ call: { from: web, to: desk } }, talk 200ms, hang up]
load: { rate: 5/s, calls: 9 }
conformance: ${conformance}
expect: [session.ser == 100%, "${expects}"]
`,
    folder,
  )

async function judge(judged: Judged) {
  const out = temporaryFolder()
  const ended = await run(['run', scenario(judged), '--out', out])
  return { ended, result: readResult(out) }
}

const violations = ({ findings }: ReturnType<typeof readResult>) =>
  findings.filter(({ verdict, severity }) => verdict === 'violation' && severity !== 'info')

describe('a run that judges its own traffic', () => {
  it('finds nothing in what is right, says how much was exercised, and meets a threshold on violations', async () => {
    const { ended, result } = await judge({})
    expect(violations(result)).toEqual([])
    expectPass(ended, result)
    expect(result.coverage.rules.exercised).toBeGreaterThan(80)
    expect(result.checks.map(({ verdict, measured }) => `${verdict} ${measured}`).at(-1)).toBe('pass 0')
    expect(ended.out).toMatch(/\d+ implemented of \d+ that a capture can decide, \d+ exercised/)
    const exercised = result.coverage.rules.verdicts?.filter(({ pass }) => pass > 0).map(({ rule }) => rule)
    // Of UDP, of WebSocket under TLS, and of the proxy between the two legs.
    expect(exercised).toEqual(expect.arrayContaining(['3581-4-1', '7118-5-1', '3261-16.6-13']))
  })

  it('finds the fault of a gateway that does not count hops, by its rule, and fails', async () => {
    const { ended, result } = await judge({ faults: '{ keep max-forwards: true }' })
    const found = violations(result)
    expect(new Set(found.map(({ rule }) => rule))).toEqual(new Set(['3261-16.6-13']))
    expect(found[0]).toMatchObject({ severity: 'error', clause: 'RFC 3261 16.6' })
    expect(found[0]?.examples[0]).toContain('Max-Forwards: 70')
    expect([1, 3], ended.err).toContain(ended.code)
    const check = result.checks.at(-1)
    expect([check?.title, check?.verdict]).toEqual(['conformance.violations == 0', 'fail'])
    expect(Number(check?.measured)).toBe(found.reduce((sum, { count }) => sum + count, 0))
    expect(result.reasons.join()).toContain('3261-16.6-13')
    expect(ended.out).toContain('3261-16.6-13')
  })

  it('judges a share of the calls when it is told to', async () => {
    const { result } = await judge({ faults: '{ keep max-forwards: true }', conformance: '{ sample: 40% }' })
    const all = violations((await judge({ faults: '{ keep max-forwards: true }' })).result)
    const count = (findings: readonly { readonly count: number }[]) =>
      findings.reduce((sum, each) => sum + each.count, 0)
    expect(count(violations(result))).toBeLessThan(count(all))
  })

  it('takes the severities of the profile that it names', async () => {
    const { result } = await judge({ conformance: '{ profile: strict }', expects: 'conformance.violations >= 0' })
    expect(new Set(violations(result).map(({ rule, severity }) => `${severity} ${rule}`))).toEqual(
      new Set(['warning 3261-16.6-10']),
    )
  })

  it('shows what a product is known to do, from a file beside the scenario, and does not fail for it', async () => {
    const folder = temporaryFolder()
    const deviation = { rule: '3261-G-01', product: 'siploadgen', reason: 'it is so', expires: '2999-01-01' }
    writeFileSync(join(folder, 'known.yaml'), JSON.stringify([deviation]))
    const settings = { headers: '{ Expires: soon }', conformance: '{ known deviations: known.yaml }' }
    const ended = await run(['run', scenario(settings, folder), '--out', join(folder, 'out')])
    const result = readResult(join(folder, 'out'))
    expectPass(ended, result)
    const known = result.findings.filter(({ verdict }) => verdict === 'known deviation')
    expect(new Set(known.map(({ rule }) => rule))).toEqual(new Set(['3261-G-01']))
    expect(violations(result)).toEqual([])
  })

  it('refuses what is neither a product nor a file before anything is sent', async () => {
    for (const command of ['run', 'validate']) {
      const { code, err } = await run([command, scenario({ conformance: '{ known deviations: nobody }' })])
      expect([code, err]).toEqual([2, expect.stringMatching(/nobody: .* baresip, jssip, kamailio/)])
    }
  })
})
