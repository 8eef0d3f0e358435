import { expect, test } from 'vitest'
import { freePort, freePortRange } from '../peers/free-port.js'
import { gatewayOf, startLab } from '../peers/lab.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { runSiploadgen, type SiploadgenRun, scenarioFile } from '../peers/siploadgen.js'
import { startSipp } from '../peers/sipp.js'

const scenario = new URL('../../scenarios/shared-port.yaml', import.meta.url).pathname

/** Everybody was heard, and nothing was anybody else's. */
function expectHeard({ code, output, result }: SiploadgenRun): void {
  const story = `${output}\n${result?.reasons.join()}`
  expect([0, 3], story).toContain(code)
  expect(
    result?.checks.filter(({ verdict }) => verdict !== 'pass'),
    story,
  ).toEqual([])
  expect(result?.findings.filter(({ rule }) => rule === 'media/unmatched-source')).toEqual([])
}

describeWithPeers(['kamailio', 'rtpengine'], 'calls that share a port, through Kamailio with RTPEngine', () => {
  test.each(['rtp', 'sdes'])('of %s are heard both ways, and none hears another', async (media) => {
    const lab = await startLab({ mediaPorts: 400 })
    const set = { gateway: gatewayOf(lab), domain: lab.domain, media, calls: '50', rate: '25/s', talk: '5s' }
    const run = await runSiploadgen(scenario, { set })
    expectHeard(run)
    expect(run.result?.calls).toMatchObject({ attempted: 50, completed: 50 })
  })
})

describeWithPeers(['sipp'], 'calls that share a port, to a SIPp that names no sources', () => {
  test('are told apart as they begin one after the other, although SIPp has one port for all', async () => {
    const [port, mediaPort] = [await freePort(), await freePortRange(8)]
    const sipp = await startSipp({ scenario: 'builtin:uas', localPort: port, mediaPort, rtpEcho: true })
    const file = scenarioFile(`version: 1
gateway: udp://127.0.0.1:${port}
agents:
  caller: { count: 10, identity: "sip:\${1000 + n}@lab.test", register: false, mark: off, media ports: shared }
flows:
  talk:
    - call: { from: caller, to: "sip:service@127.0.0.1:${port}" }
    - talk 6s
    - hang up
load: { flow: talk, rate: 2/s, calls: 10 }
expect: [session.ser == 100%, media.silent_calls == 0, media.loss == 0%]
`)
    const run = await runSiploadgen(file)
    expectHeard(run)
    expect(run.result?.media.streams).toBe(10)
    await sipp.finish()
  })
})
