import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/model/result.js'
import { freePort } from '../peers/free-port.js'
import { type Running, run, start, temporaryFolder, writeScenario } from './program.js'

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

  it('draws the tags, branches and Call-IDs of each probe anew, and repeats them with --seed', async () => {
    const sent = async (...options: readonly string[]): Promise<string> =>
      (await run(['probe', nowhere, '--dry-run', '--only', 'options/escaped', ...options])).out
    expect(await sent()).not.toBe(await sent())
    expect(await sent('--seed', '7')).toBe(await sent('--seed', '7'))
  })

  it.each([
    ['a target outside private ranges', ['probe', 'udp://192.0.2.7'], 2, /not permitted by name/],
    ['a target that is none', ['probe', 'http://127.0.0.1'], 2, /TRANSPORT:\/\/HOST:PORT/],
    ['a path that is not of WebSocket', ['probe', 'udp://127.0.0.1:9/sip'], 2, /TRANSPORT:\/\/HOST:PORT/],
    [
      'header fields that are none',
      ['probe', 'ws://127.0.0.1:9/sip', '--handshake', import.meta.filename],
      2,
      /no header field/,
    ],
    [
      'clients of WSS without a certificate',
      ['probe', 'wss://127.0.0.1', '--listen', '9'],
      2,
      /--certificate and --key/,
    ],
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

  /** Of each transport its own, so that several may be probed at once. */
  function accountsOf(transport: string): string {
    const file = join(folder, `${transport}.csv`)
    const [caller, callee] = [`alice-${transport}`, `bob-${transport}`]
    writeFileSync(file, `# caller, callee\n${caller},p${caller}\n${callee},p${callee}\n`)
    return file
  }

  beforeAll(async () => {
    gateway = start(['gateway', '--port', '0'], { limitMs: 300_000 })
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
    const args = [
      'probe',
      target,
      '--accounts',
      accountsOf(transport),
      '--domain',
      'localhost',
      '--ca',
      ca,
      '--out',
      out,
      ...chosen,
    ]
    const { code, err } = await run(args)
    expect(err).toMatch(/one conversation at a time.* Seed \d+\.\n/)
    return { code, result: JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as RunResult }
  }

  const verdictsOf = ({ probe: probed }: RunResult, id: string): readonly string[] =>
    probed?.probes.find((each) => each.id === id)?.verdicts.map(({ rule, verdict }) => `${rule} ${verdict}`) ?? []

  it('passes what a registrar must do, over UDP', async () => {
    const { code, result } = await probe('udp', ['registrations/order', 'registrations/star', 'registrations/devices'])
    expect(result.findings).toEqual([])
    expect(verdictsOf(result, 'registrations/order')).toContain('3261-10.3-6 pass')
    expect(result.coverage.rules).toMatchObject({ testable: 323, implemented: 12, exercised: 12 })
    expect(code).toBe(0)
  })

  it('passes what a proxy must do, over UDP', async () => {
    const families = ['flows/path', 'proxying/through', 'proxying/hops', 'routing/foreign', 'forking/', 'strays/']
    const { code, result } = await probe('udp', families)
    expect(result.findings.map(({ rule, found }) => `${rule}: ${found}`)).toEqual([])
    expect(verdictsOf(result, 'forking/loops')).toContain('5393-4.2.2-4 pass')
    expect(code).toBe(0)
  })

  it('takes or refuses every torture message as it should, over each transport, and lives on', async () => {
    const probed = await Promise.all([...places.keys()].map((transport) => probe(transport, ['torture/'])))
    for (const { code, result } of probed) {
      expect(result.findings.map(({ rule, found }) => `${rule}: ${found}`)).toEqual([])
      expect(verdictsOf(result, 'torture/wsinv')).toEqual(['4475-3.1.1.1-1 pass'])
      expect(result.coverage.rules.exercised).toBeGreaterThan(53)
      expect(code).toBe(0)
    }
  })

  it('passes what outbound flows, connections and frames want, over TCP and WSS', async () => {
    for (const transport of ['tcp', 'wss']) {
      const web = transport === 'wss' ? ['websocket/', 'handshakes/'] : []
      const { result } = await probe(transport, ['flows/connection', 'transport/', 'options/plain', ...web])
      expect(result.findings.filter(({ verdict }) => verdict === 'violation')).toEqual([])
      expect(verdictsOf(result, 'transport/line-ends')).toEqual(['3261-7.5-1 pass', '5626-5.4-2 pass'])
      expect(verdictsOf(result, 'flows/connection')).toContain('5626-7-1 pass')
      if (transport === 'wss') {
        expect(verdictsOf(result, 'websocket/bad-frames')).toEqual(['7118-D-38 pass', '7118-D-16 pass'])
        expect(verdictsOf(result, 'handshakes/malformed')).toEqual([
          '6455-H-04 pass',
          '6455-H-05 pass',
          '6455-H-06 pass',
        ])
        expect(verdictsOf(result, 'websocket/registered')).toEqual(
          ['7118-D-24', '7118-D-28', '7118-D-32', '7118-D-29'].map((statement) => `${statement} pass`),
        )
        expect(verdictsOf(result, 'websocket/come-back')).toEqual(['7118-D-33 pass'])
        expect(verdictsOf(result, 'websocket/boundaries')).toEqual(['7118-D-14 pass', '7118-D-15 pass'])
      }
    }
  })
})

describe('siploadgen probe of our own phones', () => {
  it('passes what a phone that is called must do', async () => {
    const folder = temporaryFolder()
    const accounts = join(folder, 'accounts.csv')
    writeFileSync(accounts, 'alice,palice\nbob,pbob\n')
    const gateway = start(['gateway', '--port', '0'])
    await gateway.said(/the CA is .*\n/)
    const place = /^ {2}udp +(\S+)$/m.exec(gateway.out())?.[1]
    const scenario = writeScenario(`
version: 1
name: phones that answer
gateway: udp://${place}
agents:
  phone:
    count: 1
    identity: sip:answers@lab.test
    password: panswers
    media: none
    calls at once: 5
    when called:
      - ring 500ms
      - answer
load: { for: 2m }
`)
    const phones = start(['run', scenario, '--out', join(folder, 'phones'), '--log-level', 'info'])
    try {
      const target = `udp://${place}`
      const common = ['probe', target, '--accounts', accounts, '--domain', 'lab.test', '--call', 'sip:answers@lab.test']
      const chosen = [
        'refusals/methods',
        'refusals/bodies',
        'calls/strangers',
        'calls/ringing',
        'offers/early',
        'offers/streams',
      ]
      const only = chosen.flatMap((name) => ['--only', name])
      const registered = async (): Promise<boolean> => {
        const { out } = await run([...common, '--only', 'calls/without-tag', '--fail-on', 'never'])
        return /calls\/without-tag +1 pass/.test(out)
      }
      await expect.poll(registered, { timeout: 30_000 }).toBe(true)
      const out = join(folder, 'probe')
      await run([...common, ...only, '--out', out])
      const result = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as RunResult
      expect(result.findings.map(({ rule, found }) => `${rule}: ${found}`)).toEqual([])
      expect(result.coverage.rules.exercised).toBeGreaterThan(12)
    } finally {
      phones.child.kill('SIGKILL')
      gateway.child.kill('SIGKILL')
      await Promise.all([phones.ended, gateway.ended])
    }
  })

  it('passes what a phone that comes over WebSocket must do', async () => {
    const folder = temporaryFolder()
    const port = await freePort()
    const only = ['clients/registering', 'clients/messages', 'clients/closing'].flatMap((name) => ['--only', name])
    const out = join(folder, 'probe')
    const listening = ['probe', 'ws://127.0.0.1', '--listen', `${port}`, '--out', out, ...only]
    const probing = start(listening, { limitMs: 180_000 })
    await probing.said(/clients\/registering/)
    const scenario = writeScenario(`
version: 1
name: a phone that comes
gateway: ws://127.0.0.1:${port}
agents:
  phone:
    { count: 1, identity: "sip:comes@lab.test", password: pcomes, media: none, transport: ws, outbound flows: 1 }
load: { for: 5m }
`)
    const phone = start(['run', scenario, '--out', join(folder, 'phone')], { limitMs: 180_000 })
    try {
      expect((await probing.ended).code).toBe(0)
      const result = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as RunResult
      expect(result.findings.map(({ rule, found }) => `${rule}: ${found}`)).toEqual([])
      expect(result.coverage.rules).toMatchObject({ implemented: 12, exercised: 12 })
    } finally {
      for (const { child } of [phone, probing]) child.kill('SIGKILL')
      await Promise.all([phone.ended, probing.ended])
    }
  }, 200_000)
})
