import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tsharkFields } from '../peers/capture.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { runSiploadgen, scenarioFile } from '../peers/siploadgen.js'
import { checkCapture } from './captured-traffic.js'
import { tsharkStreams } from './tshark-rtp.js'

/** A phone of SRTP calls one of plain RTP: of each the capture has what it sends and what it receives. */
const scenario = `version: 1
gateway: embedded
agents:
  secret: { count: 1, identity: "sip:100@lab.test", password: p100, media: sdes }
  plain: { count: 1, identity: "sip:200@lab.test", password: p200, media: rtp }
flows:
  talk: [{ call: { from: secret, to: plain } }, talk 1s, hang up]
load: { flow: talk, rate: 1/s, calls: 1 }
capture: { media: packets }
`

const [headerBytes, audioBytes, udpBytes] = [12, 160, 8]

describeWithPeers(['tshark'], 'a capture that a run makes of SRTP', () => {
  test('has it in clear on an interface of its own, and plain RTP as on the wire', async () => {
    const run = await runSiploadgen(scenarioFile(scenario))
    expect(run.result?.calls, run.output).toMatchObject({ attempted: 1, completed: 1 })
    const file = join(run.folder, 'capture.pcapng')
    const streams = [...(await tsharkStreams(file)).entries()]
    expect(streams).toHaveLength(4)
    for (const [key, { packets, lost }] of streams) {
      expect(packets, key).toBeGreaterThan(40)
      expect(lost, key).toBe(0)
    }
    const rows = await tsharkFields(file, 'rtp', ['frame.interface_name', 'udp.length', 'rtp.ssrc'])
    // Opened, and not with the tag of SRTP behind it.
    expect(new Set(rows.map(([, length]) => Number(length)))).toEqual(new Set([udpBytes + headerBytes + audioBytes]))
    const sources = (name: string) => new Set(rows.filter(([of]) => of === name).map(([, , ssrc]) => ssrc))
    expect([sources('srtp-in-clear').size, sources('wire').size]).toEqual([2, 2])
    const { media } = await checkCapture({ file, decode: [] })
    expect(media.streams).toBe(4)
  })
})
