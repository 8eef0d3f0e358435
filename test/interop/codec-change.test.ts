import { beforeAll, expect, test } from 'vitest'
import { type Baresip, startBaresip } from '../peers/baresip.js'
import { type Capture, capture, tsharkFields } from '../peers/capture.js'
import { gatewayOf, type Lab, startLab } from '../peers/lab.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { runSiploadgen, type SiploadgenRun, scenarioFile } from '../peers/siploadgen.js'
import { receivedStreams } from './rtp-streams.js'

const talkMs = 2000
/** So much of the talk before and after the change is certain to be on the wire. */
const leastPackets = (talkMs / 20) * 0.8

const phone = (user: string, more: string): string =>
  `{ count: 1, identity: "sip:${user}@lab.test", password: p${user}, ${more} }`

const scenario = (gateway: string, callee: string, to: string, change: string): string =>
  scenarioFile(`version: 1
gateway: "${gateway}"
agents:
  caller: ${phone('cora', 'codecs: [pcmu, pcma, opus]')}
${callee}
flows:
  talk:
    - call: { from: caller, to: "${to}" }
    - talk ${talkMs}ms
    - re-invite: ${change}
    - talk ${talkMs}ms
    - hang up
load: { calls: 1, rate: 1/s }
samples: { calls: 1 }
`)

/** Payload types of what a capture has for a local port of ours, in runs: `[[0, 100], [8, 100]]`. */
async function payloadTypesTo(recording: Capture, port: string): Promise<(readonly [type: string, packets: number])[]> {
  const decode = ['-d', `udp.port==${port},rtp`]
  const rows = await tsharkFields(recording.file, `udp.dstport == ${port} && rtp`, ['rtp.p_type'], decode)
  const runs: [string, number][] = []
  for (const [type = ''] of rows) {
    const last = runs.at(-1)
    if (last?.[0] === type) last[1]++
    else runs.push([type, 1])
  }
  return runs
}

const portOf = (address: string | undefined): string => address?.split(':').at(-1) ?? ''

function expectCompleted({ result, output }: SiploadgenRun): void {
  expect(result?.calls, `${output}\n${JSON.stringify(result?.samples[0])}`).toMatchObject({ completed: 1, failed: 0 })
}

function expectChange(runs: readonly (readonly [type: string, packets: number])[], types: readonly string[]): void {
  expect(runs.map(([type]) => type)).toEqual(types)
  for (const [, packets] of runs) expect(packets).toBeGreaterThan(leastPackets)
}

describeWithPeers(['kamailio', 'rtpengine', 'baresip', 'tcpdump', 'tshark'], 'another codec by re-INVITE', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await startLab()
  })

  test.each([
    { to: 'pcma', by: 'caller', types: ['0', '8'] },
    { to: 'opus', by: 'callee', types: ['0', '111'] },
  ])('through RTPEngine to $to, by the $by: both ways on the wire, and both are heard all the time', async (row) => {
    const callee = `  callee: ${phone(`dan-${row.to}`, 'codecs: [pcmu, pcma, opus], when called: [answer]')}`
    const change = `{ codecs: [${row.to}], by: ${row.by} }`
    const file = scenario(gatewayOf(lab), callee, 'callee', change)
    const recording = await capture('lo', `udp portrange ${lab.media}`)
    const run = await runSiploadgen(file)
    await recording.stop()
    expectCompleted(run)
    const heard = run.result?.metrics.find(({ name, tags }) => name === 'media.calls' && tags.heard === 'heard')
    expect(heard, JSON.stringify(run.result?.samples[0]?.streams)).toMatchObject({ value: 1 })
    const streams = run.result ? receivedStreams(run.result) : []
    expect(streams).toHaveLength(2)
    for (const { local } of streams) expectChange(await payloadTypesTo(recording, portOf(local)), row.types)
  })

  test('to baresip: it follows from PCMU to PCMA, and sends so itself', async () => {
    const baresip: Baresip = await startBaresip({ user: 'bert', codecs: ['PCMU/8000/1', 'PCMA/8000/1'] })
    const file = scenario('none', '', baresip.uri, '{ codecs: [pcma] }')
    const recording = await capture('lo', `udp portrange ${baresip.media}`)
    const run = await runSiploadgen(file)
    await recording.stop()
    expectCompleted(run)
    const [stream] = run.result ? receivedStreams(run.result) : []
    expectChange(await payloadTypesTo(recording, portOf(stream?.local)), ['0', '8'])
    expectChange(await payloadTypesTo(recording, portOf(stream?.remote)), ['0', '8'])
  })
})
