import { beforeEach, expect, test } from 'vitest'
import { type Capture, capture } from '../peers/capture.js'
import { gatewayOf, type Lab, startLab } from '../peers/lab.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { runSiploadgen, type SiploadgenRun } from '../peers/siploadgen.js'
import { receivedStreams, streamsOnWire, type WireStream } from './rtp-streams.js'

const transports = ['udp', 'tcp', 'tls', 'ws', 'wss'] as const

interface CapturedRun {
  readonly run: SiploadgenRun
  readonly wire: readonly (WireStream | undefined)[]
}

const scenario = (path: string): string => new URL(path, import.meta.url).pathname

async function runCaptured(lab: Lab, file: string, set: Record<string, string>): Promise<CapturedRun> {
  const recording: Capture = await capture('lo', `udp portrange ${lab.media}`)
  const env = { NODE_EXTRA_CA_CERTS: lab.caFile }
  const run = await runSiploadgen(file, { set: { gateway: gatewayOf(lab), ...set }, env, seed: 12 })
  expect((await recording.stop()).dropped).toBe(0)
  if (!run.result) throw new Error(run.output)
  return { run, wire: await streamsOnWire(recording.file, run.result) }
}

/** Of each stream what both tell, so that a difference shows whose it is. */
function expectAgreement({ run, wire }: CapturedRun): void {
  const streams = run.result ? receivedStreams(run.result) : []
  expect(streams.map(({ packetsReceived, packetsLost }) => [packetsReceived, packetsLost])).toEqual(
    wire.map((seen) => [seen?.packets, seen?.lost]),
  )
  for (const [index, { jitterMeanMs }] of streams.entries()) {
    expect(Math.abs((jitterMeanMs ?? 99) - (wire[index]?.meanJitterMs ?? 0))).toBeLessThan(1)
    // What the relay had under way when the receiver hung up.
    expect(wire[index]?.afterEnd).toBeLessThanOrEqual(2)
  }
}

describeWithPeers(['kamailio', 'rtpengine', 'tcpdump', 'tshark'], 'siploadgen run against Kamailio', () => {
  let lab: Lab
  // Each test has its own, and so has a second try of it: a Kamailio that dies takes one try with it and not all.
  beforeEach(async () => {
    lab = await startLab()
    return lab.stop
  })

  test('the quickstart passes as it stands, nothing fails, and tshark agrees with every stream', async () => {
    const captured = await runCaptured(lab, scenario('../../scenarios/quickstart.yaml'), {})
    // First what holds on a machine of any load: one that cannot keep up makes the verdict inconclusive.
    expectAgreement(captured)
    const { code, output, result } = captured.run
    expect(code, `${output} ${result?.reasons.join()}`).toBe(0)
    expect(result).toMatchObject({
      verdict: 'pass',
      reasons: [],
      calls: { attempted: 20, established: 20, completed: 20, failed: 0 },
      generator: { malformed: {}, socketDrops: 0 },
    })
    expect(result?.agents).toMatchObject({ browser: { registered: 10, connections: 10 }, phone: { registered: 10 } })
    expect(captured.wire).toHaveLength(40)
  })

  test('phones on each transport call those on every other with audio both ways, as tshark sees it', async () => {
    const captured = await runCaptured(lab, scenario('scenarios/all-transports.yaml'), { ca: lab.caFile })
    expectAgreement(captured)
    const { code, output, result } = captured.run
    expect(code, `${output} ${result?.reasons.join()}`).toBe(0)
    expect(result).toMatchObject({
      verdict: 'pass',
      calls: { attempted: 20, established: 20, completed: 20, failed: 0 },
      media: { streams: 40, packetsLost: 0 },
      generator: { malformed: {}, socketDrops: 0 },
    })
    const pair = (agent: string | undefined): string | undefined => transports[Number(agent?.[0]) - 1]
    const pairs = result?.samples.map(({ legs }) => `${pair(legs[0]?.agent)} to ${pair(legs[1]?.agent)}`).sort()
    const wanted = transports.flatMap((from) => transports.filter((to) => to !== from).map((to) => `${from} to ${to}`))
    expect(pairs).toEqual(wanted.sort())
    const sides = result?.samples.flatMap(({ streams }) => streams?.map(({ direction }) => direction).join())
    expect(new Set(sides)).toEqual(new Set(['caller,callee']))
    // Two seconds of talk in packets of 20 ms.
    for (const { packetsReceived } of captured.run.result ? receivedStreams(captured.run.result) : []) {
      expect(packetsReceived).toBeGreaterThan(95)
    }
  })
})
