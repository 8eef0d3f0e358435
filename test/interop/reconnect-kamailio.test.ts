import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import type { RunResult } from '../../src/model/result.js'
import { type Lab, startLab } from '../peers/lab.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { scenarioFile, startSiploadgen } from '../peers/siploadgen.js'
import { startTcpRelay } from '../peers/tcp-relay.js'

const transports = ['tcp', 'tls', 'ws', 'wss'] as const
const phones = 5
const callsPerSecond = 8

/** Phones on every transport with connections; each call goes from one transport to the next. */
const calling = (calls: number): string => {
  const group = (name: string, index: number): string => `
  over-${name}:
    count: ${phones}
    identity: sip:\${${(index + 2) * 1000} + n}@lab.test
    password: p\${${(index + 2) * 1000} + n}
    transport: ${name}
    calls at once: 4
    media: none${name === 'tls' || name === 'wss' ? '\n    tls: { ca: "${ca}", server name: lab.test }' : ''}`
  const step = (name: string, index: number): string => {
    const next = transports[(index + 1) % transports.length]
    const place = `{ call: { from: over-${name}, to: over-${next} } }`
    return `
    - if: { when: "\${call % ${transports.length}} == ${index}", do: [${place}] }`
  }
  return scenarioFile(`version: 1
inputs: { gateway: { help: where }, ca: { help: CA file } }
gateway: \${gateway}
agents:${transports.map(group).join('')}
flows:
  round:${transports.map(step).join('')}
    - wait 50ms
    - hang up
load: { flow: round, rate: ${callsPerSecond}/s, calls: ${calls} }
samples: { calls: ${calls} }
`)
}

/** Phones that only stay registered. */
const staying = (forMs: number): string =>
  scenarioFile(`version: 1
inputs: { gateway: { help: where } }
gateway: \${gateway}
agents:
  phone: { count: ${phones}, identity: "sip:\${1000 + n}@lab.test", password: "p\${1000 + n}", media: none, transport: tcp }
load: { for: ${forMs}ms }
`)

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Reasons of the calls that were meant to start in these milliseconds of the load and failed. */
const failuresBetween = (result: RunResult | undefined, fromMs: number, toMs: number): string[] =>
  (result?.samples ?? [])
    .filter(({ call }) => (call / callsPerSecond) * 1000 >= fromMs && (call / callsPerSecond) * 1000 < toMs)
    .filter(({ outcome }) => outcome !== 'completed')
    .map(({ call, outcome, reason }) => `${call} ${outcome}: ${reason}`)

/** The end of its log, for a Kamailio that did not outlive the test. */
const kamailioSaid = (lab: Lab): string => {
  const lines = readFileSync(lab.logs.kamailio, 'utf8').split('\n')
  return lines
    .filter((line) => !/tcp_read_|Connection reset/.test(line))
    .join('\n')
    .slice(-3000)
}

const countsOf = (result: RunResult | undefined, name: string) => result?.agents[`over-${name}`]

describeWithPeers(['kamailio'], 'phones whose connection is lost', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await startLab({ rtpengine: false })
  })

  test('by a TCP reset come back with jittered back-off, register again, and are called', async () => {
    const relays = await Promise.all(transports.map((name) => startTcpRelay(lab[name])))
    const gateway = transports.map((name, index) => `${name}://127.0.0.1:${relays[index]?.port}`).join(',')
    const calls = 5 * callsPerSecond
    const run = await startSiploadgen(calling(calls), { set: { gateway, ca: lab.caFile } })
    const begun = await run.loadBegun()
    await sleep(1000)
    const cutMs = performance.now()
    expect(relays.map((relay) => relay.reset())).toEqual(transports.map(() => phones))
    const { result, output } = await run.ended()

    const delays = relays.flatMap(({ arrivals }) => arrivals.slice(phones).map((at) => at - cutMs))
    // Once each; RFC 5626 4.5 waits between half of the bound, which is 500 ms at first, and all of it.
    expect(delays, kamailioSaid(lab)).toHaveLength(transports.length * phones)
    expect(Math.min(...delays)).toBeGreaterThan(240)
    expect(Math.max(...delays)).toBeLessThan(1500)
    expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(100)
    for (const name of transports) {
      const wanted = { registered: phones, connections: phones, connectionsLost: phones, registrationsFailed: 0 }
      expect(countsOf(result, name), output).toMatchObject({ ...wanted, registrations: 2 * phones })
    }
    const cut = cutMs - begun
    expect(failuresBetween(result, 0, cut - 200)).toEqual([])
    expect(failuresBetween(result, cut + 2000, 60_000)).toEqual([])
    expect(result?.calls.attempted).toBe(calls)
  })

  test('go to the next target when theirs drops every connection that it takes', async () => {
    const [first, second] = [await startTcpRelay(lab.tcp), await startTcpRelay(lab.tcp)]
    const run = await startSiploadgen(staying(4000), {
      set: { gateway: `tcp://127.0.0.1:${first.port},tcp://127.0.0.1:${second.port}` },
    })
    await run.loadBegun()
    expect([first.open, second.open]).toEqual([phones, 0])
    first.drop()
    first.reset()
    await expect.poll(() => second.open, { timeout: 3500, interval: 20 }).toBe(phones)
    const { result, output } = await run.ended()
    // Each was refused by the first target once more, after a short wait, and then taken by the second.
    expect(first.arrivals).toHaveLength(2 * phones)
    const wanted = { registered: phones, connections: phones, registrations: 2 * phones }
    expect(result?.agents.phone, output).toMatchObject(wanted)
  })

  test('because the gateway went away try until it is back, and are called again', async () => {
    const gateway = transports.map((name) => `${name}://${lab.address}:${lab[name]}`).join(',')
    const calls = 12 * callsPerSecond
    const run = await startSiploadgen(calling(calls), { set: { gateway, ca: lab.caFile } })
    const begun = await run.loadBegun()
    await sleep(500)
    const stopMs = performance.now() - begun
    await lab.stop()
    await lab.start()
    const backMs = performance.now() - begun
    const { result, output } = await run.ended()
    for (const name of transports) {
      const counts = countsOf(result, name)
      expect(counts, output).toMatchObject({ registered: phones, connections: phones })
      expect(counts?.connectionsLost).toBeGreaterThanOrEqual(phones)
      expect(counts?.registrations).toBeGreaterThanOrEqual(2 * phones)
    }
    expect(failuresBetween(result, 0, stopMs - 300)).toEqual([])
    expect(failuresBetween(result, stopMs, backMs).length).toBeGreaterThan(0)
    // The longest that a phone waits between tries by then, with what it takes to register.
    expect(failuresBetween(result, backMs + 4500, 60_000)).toEqual([])
    expect((calls / callsPerSecond) * 1000 - backMs - 4500).toBeGreaterThan(500)
  })
})
