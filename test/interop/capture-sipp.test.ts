import { beforeAll, expect, test } from 'vitest'
import { capture } from '../peers/capture.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { type CapturedTraffic, callsOfTshark, checkCapture, expectReadCompletely } from './captured-traffic.js'
import { type Explained, expectExplained } from './explained-violations.js'
import { pairs, runPair, type ScenarioPair } from './sipp-scenario-pairs.js'

/** Ours alone on this machine: what is to or from it is the traffic. */
const address = '127.77.0.1'
const pairsAtOnce = 4

const builtIn: readonly ScenarioPair[] = [
  { uac: 'builtin:uac', uas: 'builtin:uas' },
  { uac: 'builtin:uac', uas: 'builtin:uas', transport: 'tcp' },
]

const explained: readonly Explained[] = [
  {
    who: 'builtin:uac',
    rules: '3261-12.1.2-6 3261-12.2.1.1-11',
    reason: 'ACK and BYE go to the dialled URI, not to the Contact of the 200',
  },
  { who: 'builtin:uac', rules: '3261-20-7', reason: 'Subject in ACK and BYE' },
  { who: 'clients over TCP', rules: '3261-12.1.2-6 3261-12.2.1.1-11 3261-20-7', reason: 'they are builtin:uac again' },
  { who: 'builtin:uas', rules: '3264-6-1', reason: 'it answers with the o= line of builtin:uac' },
  { who: 'call-uac', rules: '3261-13.2.2-7', reason: 'the ACK of the 200 has no credentials' },
  {
    who: 'glare-uac',
    rules: '3261-17.1.1.3-5',
    reason: 'the ACK of a 491 has another number than its INVITE',
  },
  { who: 'glare-uas', rules: '3261-17.1.1.3-5', reason: 'the ACK of a 491 has another number than its INVITE' },
  { who: 'glare-peer-uas', rules: '3261-17.1.1.3-5', reason: 'the ACK of a 491 has another number than its INVITE' },
]

describeWithPeers(['sipp', 'tcpdump', 'tshark'], 'a capture of SIPp, its own scenarios and those of the tests', () => {
  let traffic: CapturedTraffic
  /** Scenarios by the port of SIPp. */
  const scenarios = new Map<string, string>()

  beforeAll(async () => {
    const recording = await capture('lo', `host ${address}`)
    const queue = [...builtIn, ...pairs]
    const next = async (): Promise<void> => {
      for (let pair = queue.shift(); pair !== undefined; pair = queue.shift()) {
        const { uac, uacPort, uasPort } = await runPair(pair, address)
        expect(uac.failed, `${pair.uac} and ${pair.uas}`).toBe(0)
        scenarios.set(`${address}:${uacPort}`, pair.uac).set(`${address}:${uasPort}`, pair.uas)
      }
    }
    await Promise.all(Array.from({ length: pairsAtOnce }, next))
    expect((await recording.stop()).dropped).toBe(0)
    const ports = [...scenarios.keys()].map((name) => name.split(':').at(-1))
    traffic = {
      file: recording.file,
      decode: ports.flatMap((port) => [`udp.port==${port},sip`, `tcp.port==${port},sip`]),
    }
  })

  test('is read completely: messages and RTP streams are those of tshark', async () => {
    const { capture: judged, media } = await expectReadCompletely(traffic)
    expect(judged?.messages).toBeGreaterThan(200)
    expect(media.streams).toBeGreaterThanOrEqual(4)
    expect((await callsOfTshark(traffic)).size).toBe(builtIn.length + pairs.length - 2)
  })

  test('breaks no rule but for the reasons that are listed', async () => {
    const { findings } = await checkCapture(traffic)
    const nameOf = (element: string): string => scenarios.get(element.split('/')[0] ?? '') ?? 'clients over TCP'
    expectExplained(findings, ({ element }) => nameOf(element), explained)
  })
})
