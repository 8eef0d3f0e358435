import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/model/result.js'
import { type Running, run, start, temporaryFolder } from './program.js'

/** Nobody listens there. */
const nowhere = 'udp://127.0.0.1:9'

describe('siploadgen probe', () => {
  it('lists the probes with what keeps one from this target', async () => {
    const { code, out } = await run(['probe', nowhere, '--list'])
    expect(out).toMatch(/^options\/plain\n {2}OPTIONS, again/m)
    expect(out).toMatch(/^transport\/line-ends \(only over a stream\)$/m)
    expect(out).toMatch(/^timers\/rings-on \(takes half a minute and more: --slow\)$/m)
    expect(code).toBe(0)
  })

  it('prints what it would send and sends nothing with --dry-run', async () => {
    const { code, out } = await run(['probe', nowhere, '--dry-run', '--only', 'options/escaped'])
    expect(out).toMatch(/^--- options\/escaped-host: /)
    expect(out).toMatch(/^OPTIONS sip:%3127\.0\.0\.1:9 SIP\/2\.0\r?$/m)
    expect(code).toBe(0)
  })

  it.each([
    ['a target outside private ranges', ['probe', 'udp://192.0.2.7'], 2, /not permitted by name/],
    ['a target that is none', ['probe', 'http://127.0.0.1'], 2, /TRANSPORT:\/\/HOST:PORT/],
    ['a probe that does not exist', ['probe', nowhere, '--only', 'nothing'], 2, /no probe is called "nothing"/],
    ['accounts that cannot be read', ['probe', nowhere, '--accounts', '/nowhere'], 2, /usage\/accounts/],
    ['a target that does not answer', ['probe', nowhere], 4, /environment\/no-response/],
  ] as const)('refuses %s', async (_, args, wanted, text) => {
    const { code, err } = await run([...args])
    expect(err).toMatch(text)
    expect(code).toBe(wanted)
  })
})

describe('siploadgen probe of the embedded gateway', () => {
  let gateway: Running
  const places = new Map<string, string>()
  let ca = ''
  const folder = temporaryFolder()
  const accounts = join(folder, 'accounts.csv')

  beforeAll(async () => {
    writeFileSync(accounts, '# caller, callee\nalice,palice\nbob,pbob\n')
    gateway = start(['gateway', '--port', '0'])
    await gateway.said(/the CA is .*\n/)
    for (const [, transport = '', place = ''] of gateway.out().matchAll(/^ {2}(\w+) +(\S+)$/gm))
      places.set(transport, place)
    ca = /the CA is (\S+)/.exec(gateway.out())?.[1] ?? ''
  })
  afterAll(async () => {
    gateway.child.kill('SIGKILL')
    await gateway.ended
  })

  const probe = async (
    transport: string,
    only: readonly string[],
  ): Promise<{ code: number | null; result: RunResult }> => {
    const out = join(folder, `${transport}-${only.join('-').replaceAll('/', '')}`)
    const chosen = only.flatMap((name) => ['--only', name])
    const target = `${transport}://${places.get(transport)}`
    const args = ['probe', target, '--accounts', accounts, '--domain', 'localhost', '--ca', ca, '--out', out, ...chosen]
    const { code, err } = await run(args)
    expect(err).toMatch(/one conversation at a time/)
    return { code, result: JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as RunResult }
  }

  const verdictsOf = ({ probe: probed }: RunResult, id: string): readonly string[] =>
    probed?.probes.find((each) => each.id === id)?.verdicts.map(({ rule, verdict }) => `${rule} ${verdict}`) ?? []

  it('passes what a registrar must do, over UDP', async () => {
    const { code, result } = await probe('udp', ['registrations/order', 'registrations/star', 'registrations/devices'])
    expect(result.findings).toEqual([])
    expect(verdictsOf(result, 'registrations/order')).toContain('3261-10.3-6 pass')
    expect(result.coverage.rules).toMatchObject({ testable: 262, implemented: 12, exercised: 12 })
    expect(code).toBe(0)
  })

  it('passes what connections want, over TCP and WSS', async () => {
    for (const transport of ['tcp', 'wss']) {
      const { result } = await probe(transport, ['transport/', 'options/plain'])
      expect(result.findings.filter(({ verdict }) => verdict === 'violation')).toEqual([])
      expect(verdictsOf(result, 'transport/line-ends')).toEqual(['3261-7.5-1 pass', '5626-5.4-2 pass'])
    }
  })
})
