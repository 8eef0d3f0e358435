import { beforeAll, expect, it } from 'vitest'
import type { RunResult } from '../../src/model/result.js'
import { capture, tsharkFields } from '../peers/capture.js'
import { gatewayOf, startLab } from '../peers/lab.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { runSiploadgen } from '../peers/siploadgen.js'

const scenario = new URL('scenarios/quality.yaml', import.meta.url).pathname

describeWithPeers(['kamailio', 'rtpengine', 'tcpdump', 'tshark'], 'RTCP through RTPEngine', () => {
  let result: RunResult
  let reports: string[][]

  beforeAll(async () => {
    const lab = await startLab()
    const recording = await capture('lo', `udp portrange ${lab.media}`)
    const run = await runSiploadgen(scenario, { set: { gateway: gatewayOf(lab) }, seed: 3 })
    await recording.stop()
    if (!run.result) throw new Error(run.output)
    result = run.result
    const fields = ['rtcp.senderssrc', 'rtcp.xr.bt', 'rtcp.xr.voipmetrics.moslq']
    reports = await tsharkFields(recording.file, 'rtcp.pt == 207', fields)
  })

  it('what each side says of the other arrives, VoIP metrics included', () => {
    const reported = result.samples.flatMap(({ streams = [] }) => streams.map((stream) => stream.reported))
    expect(reported).toHaveLength(8)
    for (const each of reported) {
      expect(each?.packetsSent).toBeGreaterThan(100)
      expect(each?.mosLq).toBeGreaterThan(1)
    }
    expect(reports.length).toBeGreaterThan(8)
  })

  it('nothing of it disagrees with what was measured', () => {
    expect(result.findings).toEqual([])
  })

  it('every stream has its delay, and a score with its inputs', () => {
    const streams = result.samples.flatMap((sample) => sample.streams ?? [])
    for (const { quality } of streams) {
      expect(quality?.metric).toBe('media.mos_cqe_nb')
      expect(quality?.delayMs).toBeGreaterThan(20)
      expect(quality?.delayMs).toBeLessThan(1000)
    }
  })
})
