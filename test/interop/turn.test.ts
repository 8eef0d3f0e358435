import { createSocket } from 'node:dgram'
import type { AddressInfo } from 'node:net'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { capture, tsharkFields } from '../peers/capture.js'
import { type Coturn, startCoturn } from '../peers/coturn.js'
import { gatewayOf, type Lab, startLab } from '../peers/lab.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { runSiploadgen, type SiploadgenRun, scenarioFile } from '../peers/siploadgen.js'
import { beforeKeys, expectCompleted } from './browser-call.js'
import { receivedStreams } from './rtp-streams.js'

interface Servers {
  readonly port: number
  readonly password: string
  readonly username?: string
}

const turn = ({ port, username = 'anna', password }: Servers): string =>
  `{ url: "turn:127.0.0.1:${port}", username: ${username}, password: "${password}" }`

/** A browser of ours calls a phone of ours. */
const scenario = (gateway: string, ice: string): string =>
  scenarioFile(`version: 1
gateway: "${gateway}"
agents:
  browser: { count: 1, identity: "sip:anna@lab.test", password: panna, transport: wss, media: webrtc, codecs: pcmu, ice: ${ice} }
  phone: { count: 1, identity: "sip:bert@lab.test", password: pbert, codecs: pcmu, when called: [answer] }
flows: { talk: [{ call: { from: browser, to: phone } }, talk 2s, hang up] }
load: { calls: 1, rate: 1/s }
samples: { calls: 1 }
`)

const heardCalls = ({ result }: SiploadgenRun): unknown =>
  result?.metrics.find(({ name, tags }) => name === 'media.calls' && tags.heard === 'heard')

/** Half a second of packets. */
const untilBye = 25

function expectBetween(value: number, low: number, high: number): void {
  expect(value).toBeGreaterThanOrEqual(low)
  expect(value).toBeLessThanOrEqual(high)
}

/** RFC 7983 7 and RFC 5761 4. */
const isRtp = ([first = 0, second = 0]: Buffer): boolean =>
  first >= 128 && first < 192 && ((second & 0x7f) < 64 || (second & 0x7f) > 95)

/** A port that hears everything and says nothing. */
async function silentPort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    socket.close()
  })
  return (socket.address() as AddressInfo).port
}

describeWithPeers(['kamailio', 'rtpengine', 'turnserver', 'tcpdump', 'tshark'], 'a browser of ours and coturn', () => {
  let lab: Lab
  let coturn: Coturn
  let env: Record<string, string>
  beforeAll(async () => {
    lab = await startLab()
    coturn = await startCoturn()
    env = { NODE_EXTRA_CA_CERTS: lab.caFile }
  })
  const call = (ice: string): Promise<SiploadgenRun> => runSiploadgen(scenario(gatewayOf(lab), ice), { env })

  test('relay only: all media goes through the relay, both are heard, and counts are equal', async () => {
    const recording = await capture('lo', `udp portrange ${coturn.relays}`)
    const run = await call(`{ servers: [${turn(coturn)}], relay only: true }`)
    await recording.stop()
    expectCompleted(run, coturn.output())
    expect(heardCalls(run), JSON.stringify(run.result?.samples[0])).toMatchObject({ value: 1 })
    expect(run.result?.media.packetsLost).toBe(0)
    const received = (agent: string): number =>
      (run.result ? receivedStreams(run.result) : []).find((stream) => stream.agent === agent)?.packetsReceived ?? 0
    expect(received('anna')).toBeGreaterThan(80)
    expect(received('bert')).toBeGreaterThan(80)
    // RTPEngine to the relay is what the browser hears, relay to RTPEngine what the phone hears.
    const rows = await tsharkFields(recording.file, 'udp', ['udp.dstport', 'udp.payload'])
    const [low = 0, high = 0] = coturn.relays.split('-').map(Number)
    const rtp = rows.filter(([, hex = '']) => isRtp(Buffer.from(hex.slice(0, 4), 'hex')))
    const towardsRelay = rtp.filter(([port]) => Number(port) >= low && Number(port) <= high).length
    expectBetween(towardsRelay - received('anna'), 0, untilBye)
    expectBetween(rtp.length - towardsRelay - received('bert'), 0, beforeKeys + untilBye)
  })

  test('a server besides the host: the direct way is taken, and nothing is found fault with', async () => {
    const run = await call(`{ servers: ["stun:127.0.0.1:${coturn.port}", ${turn(coturn)}] }`)
    expectCompleted(run, coturn.output())
    expect(heardCalls(run)).toMatchObject({ value: 1 })
    expect(run.result?.findings.filter(({ rule }) => rule === 'media/ice-server')).toEqual([])
  })

  describe('ends as a named outcome, and soon', () => {
    test('with wrong credentials', async () => {
      // One that has allocated nothing yet: a call that gets a port of the one before is refused with 437 at once.
      const fresh = await startCoturn()
      const run = await call(`{ servers: [${turn({ ...fresh, password: 'wrong' })}], relay only: true }`)
      expect(run.result?.calls.byOutcome).toMatchObject({ media: 1 })
      expect(run.result?.samples[0]?.reason).toBe(
        `ice-server-refused: turn:127.0.0.1:${fresh.port} refused with 401 Unauthorized`,
      )
    })

    test('with a server that never answers', async () => {
      const port = await silentPort()
      const servers = turn({ port, password: 'x' })
      const run = await call(`{ servers: [${servers}], relay only: true, gathering timeout: 500ms }`)
      expect(run.result?.calls.byOutcome).toMatchObject({ media: 1 })
      expect(run.result?.samples[0]?.reason).toBe(
        `ice-server-silent: turn:127.0.0.1:${port} gave no answer within 500 ms`,
      )
    })
  })

  test('a server that never answers is a finding where there is another way', async () => {
    const port = await silentPort()
    const run = await call(`{ servers: ["stun:127.0.0.1:${port}"], gathering timeout: 500ms }`)
    expectCompleted(run, coturn.output())
    expect(run.result?.findings.find(({ rule }) => rule === 'media/ice-server')).toMatchObject({
      element: `stun:127.0.0.1:${port}`,
      severity: 'warning',
      count: 1,
      examples: [expect.stringContaining('ice-server-silent: anna asked stun:127.0.0.1')],
    })
  })
})
