import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type GatewayHandle, startEmbeddedGateway } from '../../src/gateway/embedded.js'
import { type BrowserCall, type Chromium, startChromium } from '../peers/chromium.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { type SiploadgenRun, scenarioFile, startSiploadgen } from '../peers/siploadgen.js'
import { temporaryFolder } from '../peers/temporary-folder.js'
import { toneWav } from '../peers/tone-wav.js'
import { expectToHear, ownHz } from './browser-call.js'

const talkMs = 3000

/** One phone of ours that sends a tone through the gateway. */
function scenario(gateway: GatewayHandle, media: string, flow: string): string {
  const tone = join(temporaryFolder('tone'), 'tone.wav')
  writeFileSync(tone, toneWav({ hz: ownHz, seconds: 5, rate: 8000 }))
  const port = gateway.targets.find(({ transport }) => transport === 'udp')?.port ?? 0
  return scenarioFile(`version: 1
gateway: "udp://127.0.0.1:${port}"
agents:
  phone: { count: 1, identity: "sip:desk@lab.test", password: pdesk, audio: ${tone}, codecs: pcmu, media: ${media} }
${flow}
expect: [media.loss == 0%]
`)
}

describeWithPeers(['chromium'], 'Chromium through the embedded gateway', () => {
  let gateway: GatewayHandle
  let chromium: Chromium
  let place: Parameters<Chromium['openPhone']>[0]

  beforeAll(async () => {
    gateway = await startEmbeddedGateway({ webrtc: true })
    chromium = await startChromium()
    const wss = gateway.targets.find(({ transport }) => transport === 'wss')?.port ?? 0
    place = { address: '127.0.0.1', wss, domain: 'lab.test' }
  })
  afterAll(() => gateway.stop())

  test.each(['rtp', 'sdes'])('is called by a phone of %s, and all that either sends is heard', async (media) => {
    const browser = await chromium.openPhone(place, `carl-${media}`, { toneHz: 600, codecs: ['PCMU'] })
    const flow = `flows: { talk: [{ call: { from: phone, to: "sip:carl-${media}@lab.test" } }, talk ${talkMs}ms, hang up] }
load: { calls: 1, rate: 1/s }`
    const run = await startSiploadgen(scenario(gateway, media, flow))
    const call = browser.callNumber(0)
    await call.reached('confirmed')
    await expectToHear(call, ownHz)
    await expectEqual(await run.ended(), call, browser.log())
  })

  test('calls a phone of plain RTP, and all that either sends is heard', async () => {
    const browser = await chromium.openPhone(place, 'dora', { toneHz: 600, codecs: ['PCMU'] })
    const run = await startSiploadgen(scenario(gateway, 'rtp', 'load: { calls: 1 }'))
    await run.loadBegun()
    const call = await browser.call('desk')
    await expectToHear(call, ownHz)
    await new Promise((resolve) => setTimeout(resolve, talkMs))
    await call.hangUp()
    await expectEqual(await run.ended(), call, browser.log())
  })
})

/** Packets that a side sends before the other can take them, or that are still under way when it hangs up. */
const atTheEdges = 15

async function expectEqual({ result, output }: SiploadgenRun, call: BrowserCall, log: string): Promise<void> {
  expect(result?.calls, `${output}\n${log}`).toMatchObject({ attempted: 1, completed: 1, failed: 0 })
  const figures = await call.figures()
  expect(figures.dtlsState).toMatch(/connected|closed/)
  expect([figures.inbound?.lost, result?.media.packetsLost]).toEqual([0, 0])
  expect(figures.inbound?.packets).toBeGreaterThan(50)
  const towardsUs = (figures.outbound?.packets ?? 0) - (result?.media.packetsReceived ?? 0)
  const towardsThem = (result?.media.packetsSent ?? 0) - (figures.inbound?.packets ?? 0)
  for (const missing of [towardsUs, towardsThem]) {
    expect(missing).toBeGreaterThanOrEqual(0)
    expect(missing).toBeLessThanOrEqual(atTheEdges)
  }
}
