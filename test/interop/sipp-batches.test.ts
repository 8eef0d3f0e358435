import { expect, test } from 'vitest'
import { capture } from '../peers/capture.js'
import { type Packet, readPackets } from '../peers/captured-packets.js'
import { freePort } from '../peers/free-port.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { runSiploadgen, scenarioFile } from '../peers/siploadgen.js'
import { startSipp } from '../peers/sipp.js'

const CALLS = 2000
/** Its usual ones lose messages when the machine stands still. */
const SIPP_BUFFERS = ['-buff_size', '4000000']

const scenario = (target: string, datagrams: string): string => `version: 1
gateway: udp://${target}
agents:
  phone:
    { count: 1, identity: "sip:100@127.0.0.1", register: false, media: none, calls at once: 2000, datagrams: ${datagrams} }
flows:
  talk: [{ call: { from: phone, to: "sip:service@${target}" } }, hang up]
load: { rate: 2000/s, calls: ${CALLS} }
expect: [session.ser == 100%]
`

const requestsIn = ({ text }: Packet): number => text.match(/(INVITE|ACK|BYE) sip:\S+ SIP\/2\.0\r\n/g)?.length ?? 0

async function called(datagrams: string) {
  const port = await freePort()
  const uas = await startSipp({
    scenario: 'builtin:uas',
    localPort: port,
    calls: CALLS,
    traceMessages: false,
    args: SIPP_BUFFERS,
  })
  const recording = await capture('lo', `udp dst port ${port}`)
  const run = await runSiploadgen(scenarioFile(scenario(`127.0.0.1:${port}`, datagrams)))
  const sipp = await uas.finish()
  const { dropped } = await recording.stop()
  expect(dropped).toBe(0)
  expect(run.result?.calls, run.output).toMatchObject({ attempted: CALLS, completed: CALLS, failed: 0 })
  expect([sipp.successful, sipp.failed], sipp.errors).toEqual([CALLS, 0])
  return readPackets(recording.file).map(requestsIn)
}

describeWithPeers(['sipp', 'tcpdump'], 'with requests that leave in batches SIPp', () => {
  test('has every call, and several requests are one packet before they are cut apart', async () => {
    const inBatches = await called('in batches')
    const oneByOne = await called('one by one')
    const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0)
    // A machine that stands still for a moment sends some again.
    for (const counts of [inBatches, oneByOne]) expect(total(counts)).toBeGreaterThanOrEqual(3 * CALLS)
    expect(Math.max(...oneByOne)).toBe(1)
    expect(Math.max(...inBatches)).toBeGreaterThan(2)
    expect(inBatches.length).toBeLessThan(0.8 * total(inBatches))
  })
})
