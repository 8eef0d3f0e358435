import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { type Lab, startLab } from '../peers/lab.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { runSiploadgen, scenarioFile } from '../peers/siploadgen.js'
import { temporaryFolder } from '../peers/temporary-folder.js'

const phones = 6

/**
 * Phones that hold two flows, one to each of two Kamailio, of which one is killed between two calls: a call that it had
 * taken and not passed on yet would be lost with it.
 */
const killed = (labs: readonly Lab[], caFile: string): string => {
  const targets = labs.flatMap((lab, n) =>
    (['udp', 'wss'] as const).map(
      (transport) => `  - { target: "${transport}://${lab.address}:${lab[transport]}", name: ${'ab'[n]} }`,
    ),
  )
  const group = (name: string, first: number, more: string): string =>
    `  ${name}: { count: ${phones}, identity: "sip:\${${first} + n}@lab.test", password: "p\${${first} + n}", ` +
    `outbound flows: 2, calls at once: 4, media: none, ${more} }`
  return scenarioFile(`version: 1
gateway:
${targets.join('\n')}
agents:
${group('browser', 1000, `transport: wss, tls: { ca: ${caFile}, server name: lab.test }`)}
${group('phone', 2000, 'transport: udp')}
flows:
  talk: [{ call: { from: browser, to: phone } }, wait 3s, hang up]
load: { flow: talk, rate: 4/s, for: 10s }
timers: { t1: 50ms }
failover: { avoid: 60s }
faults:
  - name: kill a
    at: 4125ms
    command: { run: "kill -s KILL -- -$(cat ${join(labs[0]?.folder ?? '', 'kamailio.pid')})", undo: none }
expect:
  - failover.registrations_regained == 100%
  - target.share > 0% where target = b
`)
}

describeWithPeers(['kamailio'], 'of two Kamailio one is killed', () => {
  let labs: Lab[]
  // For each try anew: the drill kills one of them.
  beforeEach(async () => {
    labs = await Promise.all([startLab({ rtpengine: false }), startLab({ rtpengine: false })])
  })

  test('and phones with a flow to each go on over the other, register there, and the drill tells it', async () => {
    const caFile = join(temporaryFolder('ca'), 'both.pem')
    writeFileSync(caFile, labs.map((lab) => readFileSync(lab.caFile, 'utf8')).join('\n'))
    const { code, result, output } = await runSiploadgen(killed(labs, caFile))
    // Nobody undoes a kill that has no undo, and the report says so: that is no failure of the drill.
    expect([0, 3], output).toContain(code)
    const [fault] = result?.faults ?? []
    expect(fault?.outcome?.calls.inProgress).toBeGreaterThan(0)
    expect(fault?.measures['failover.detection']).toBeGreaterThan(0)
    expect(fault?.measures['failover.registrations_lost']).toBeGreaterThanOrEqual(phones)
    expect(fault?.measures['failover.registrations_regained']).toBe(100)
    expect(fault?.measures['failover.signalling_outage']).toBeLessThan(5000)
    // Calls begun after the fault are served by the one that is left.
    const served = new Map(result?.targets.map(({ name, calls }) => [name, calls]))
    expect(served.get('b')).toBeGreaterThanOrEqual(20)
    expect(result?.calls.established).toBe(result?.calls.attempted)
  }, 60_000)
})
