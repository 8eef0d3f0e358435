import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServerCertificate } from '../../src/transport/certificates.js'
import { program, readResult, run, start, temporaryFolder, writeScenario } from './program.js'
import { closedUdpPort, UdpSink } from './udp-sink.js'

const scenario = (gateway: string, agent: string, more = ''): string =>
  writeScenario(`version: 1
gateway: ${gateway}
agents:
  phone: { count: 2, identity: "sip:\${100 + n}@lab.test", password: p, media: none, ${agent} }
flows:
  talk:
    - call: { from: phone, to: "sip:200@lab.test" }
    - hang up
load: { rate: 2/s, calls: 2 }
timers: { t1: 20ms, t2: 80ms, t4: 100ms }
expect: [session.ser == 100%]
${more}`)

let blackHole: UdpSink
beforeAll(async () => {
  blackHole = await new UdpSink().start()
})
afterAll(() => blackHole.stop())

async function listening(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

describe('a run ends with 4 and says what to do', () => {
  it.each(['register: false', 'register: true'])('when nobody listens at the UDP port (%s)', async (register) => {
    const port = await closedUdpPort()
    const ended = await run(['run', scenario(`udp://127.0.0.1:${port}`, register)])
    expect(ended.code, ended.err).toBe(4)
    expect(ended.err).toContain(`nobody listens at udp 127.0.0.1:${port}`)
    expect(ended.err).toContain('check that the gateway runs')
    expect(ended.ms).toBeLessThan(8_000)
  })

  it.each(['tcp', 'tls', 'ws', 'wss'])('when a %s connection is refused', async (transport) => {
    const server = createServer()
    const port = await listening(server)
    await new Promise((resolve) => server.close(resolve))
    const ended = await run(['run', scenario(`${transport}://127.0.0.1:${port}`, `transport: ${transport}`)])
    expect(ended.code, ended.err).toBe(4)
    expect(ended.err).toMatch(new RegExp(`127.0.0.1:${port}.*nothing listens there.*check that the gateway runs`))
  })

  it('when a registrar never answers', async () => {
    const ended = await run(['run', scenario(blackHole.url, 'register: true')])
    expect(ended.code, ended.err).toBe(4)
    expect(ended.err).toMatch(/no REGISTER was answered.*Timer F.*check that the gateway runs/)
    expect(blackHole.requests('INVITE')).toEqual([])
  })

  it('when no call was ever answered, and keeps what was measured', async () => {
    const out = temporaryFolder()
    const ended = await run(['run', scenario(blackHole.url, 'register: false'), '--out', out])
    expect(ended.code, ended.err).toBe(4)
    expect(ended.err).toMatch(/no target ever answered: 2 calls.*check that the gateway runs/)
    expect(ended.err).toContain(`what was measured is in ${out}`)
    const result = readResult(out)
    expect(result.verdict).toBe('fail')
    expect(result.calls.byOutcome).toEqual({ timeout: 2 })
  })

  it('when the port to listen on is taken', async () => {
    const listen = `listen: "127.0.0.1:${blackHole.port}", register: false, when called: [answer]`
    const ended = await run(['run', scenario(blackHole.url, listen)])
    expect(ended.code, ended.err).toBe(4)
    expect(ended.err).toMatch(/are taken.*stop the program that holds it or choose another port/)
  })

  it('when its agents need more file descriptors than it may have', async () => {
    const file = scenario(blackHole.url, 'register: false, socket: phone')
    const many = writeScenario(readFileSync(file, 'utf8').replace('count: 2,', 'count: 1500,'))
    const command = `ulimit -n 1000 && exec "$0" "$@"`
    const args = ['-c', command, process.execPath, program, 'run', many]
    const ended = await start(args, { command: '/bin/sh' }).ended
    expect(ended.code, ended.err).toBe(4)
    expect(ended.err).toMatch(/no file descriptor left.*raise the limit \(ulimit -n\).*environment\/descriptors/)
  })

  it.each(['tls', 'wss'])('when the certificate of a %s server is not trusted', async (transport) => {
    const { certPem, keyPem } = await createServerCertificate(['127.0.0.1', 'localhost'])
    const server = createTlsServer({ cert: certPem, key: keyPem })
    server.on('tlsClientError', () => {})
    const port = await listening(server)
    const ended = await run(['run', scenario(`${transport}://127.0.0.1:${port}`, `transport: ${transport}`)])
    await new Promise((resolve) => server.close(resolve))
    expect(ended.code, ended.err).toBe(4)
    expect(ended.err).toMatch(/certificate.*name the CA with tls: \{ ca: FILE \}/)
  })

  it('when the folder for the results cannot be made', async () => {
    const file = scenario('embedded', 'when called: [answer]')
    const ended = await run(['run', file, '--out', `${file}/results`])
    expect(ended.code, ended.err).toBe(4)
    expect(ended.err).toMatch(/cannot write.*choose another folder with --out/)
  })
})
