import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectPass, type Running, readResult, run, start, temporaryFolder, writeScenario } from './program.js'

const transports = ['udp', 'tcp', 'tls', 'ws', 'wss'] as const

describe.each(['127.0.0.1', '::1'])('siploadgen gateway --host %s', (host) => {
  let gateway: Running
  const places = new Map<string, string>()
  let ca = ''
  beforeAll(async () => {
    gateway = start(['gateway', '--host', host, '--port', '0'])
    await gateway.said(/the CA is .*\n/)
    for (const [, transport = '', place = ''] of gateway.out().matchAll(/^ {2}(\w+) +(\S+)$/gm))
      places.set(transport, place)
    ca = /the CA is (\S+)/.exec(gateway.out())?.[1] ?? ''
  })
  afterAll(async () => {
    gateway.child.kill('SIGKILL')
    await gateway.ended
  })

  it('says where it answers on every transport', () => {
    expect([...places.keys()].sort()).toEqual([...transports].sort())
    const prefix = host.includes(':') ? `[${host}]:` : `${host}:`
    for (const place of places.values()) expect(place.startsWith(prefix)).toBe(true)
  })

  it('takes calls with audio between phones on every transport', async () => {
    const targets = transports.map((transport) => `${transport}://${places.get(transport)}`).join(',')
    const groups = transports.map(
      (transport, n) => `
  over-${transport}:
    count: 2
    identity: sip:\${${n + 1}00 + n}@lab.test
    password: p\${${n + 1}00 + n}
    transport: ${transport}
${transport === 'tls' || transport === 'wss' ? `    tls: { ca: ${ca} }` : ''}`,
    )
    const flows = transports.map((transport, n) => {
      const next = transports[(n + 1) % transports.length]
      return `\n  from-${transport}: [{ call: { from: over-${transport}, to: over-${next} } }, talk 400ms, hang up]`
    })
    const file = writeScenario(`version: 1
gateway: "${targets}"
agents:${groups.join('')}
flows:${flows.join('')}
load: { rate: 4/s, calls: 10 }
expect: [session.ser == 100%, media.loss == 0%]
`)
    const out = temporaryFolder()
    const ended = await run(['run', file, '--out', out])
    expect([0, 3], ended.err).toContain(ended.code)
    const result = readResult(out)
    expectPass(ended, result)
    expect(result.calls).toMatchObject({ attempted: 10, completed: 10, failed: 0 })
    expect(result.media).toMatchObject({ streams: 20, packetsLost: 0 })
    const addresses = result.samples.flatMap(({ legs }) => legs.map(({ local }) => local))
    if (host === '::1') expect(addresses.every((address) => address.startsWith('[::1]:'))).toBe(true)
  })

  it('stops on Ctrl-C with 0 and at once', async () => {
    const beforeMs = performance.now()
    gateway.child.kill('SIGINT')
    expect((await gateway.ended).code).toBe(0)
    expect(performance.now() - beforeMs).toBeLessThan(3_000)
  })
})

describe('siploadgen gateway on a port that is taken', () => {
  it('ends with 4', async () => {
    const first = start(['gateway', '--port', '0'])
    await first.said(/the CA is/)
    const port = /udp +127\.0\.0\.1:(\d+)/.exec(first.out())?.[1] ?? ''
    const second = await run(['gateway', '--port', port])
    first.child.kill('SIGINT')
    await first.ended
    expect(second.code, second.err).toBe(4)
    expect(second.err).toContain(port)
  })
})
