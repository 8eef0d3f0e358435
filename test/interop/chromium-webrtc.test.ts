import { expect, test } from 'vitest'
import { capture } from '../peers/capture.js'
import { gatewayOf, type Lab } from '../peers/lab.js'
import { scenarioFile, startSiploadgen } from '../peers/siploadgen.js'
import {
  beforeKeys,
  describeWithBrowser,
  expectAsOnWire,
  expectCompleted,
  expectEncrypted,
  expectEqualCounts,
  expectToHear,
  newUser,
  ownHz,
  settledMs,
  sleep,
  toneFile,
  underWay,
} from './browser-call.js'

const talkMs = 5000
/** Half a second of packets. */
const untilBye = 25

/** One browser-like agent of ours; its flow, if it has one, calls `user`. */
function scenario(lab: Lab, agent: string, codec: string, user?: string): string {
  return scenarioFile(`version: 1
gateway: "${gatewayOf(lab)}"
agents:
  agent:
    count: 1
    identity: "sip:${agent}@lab.test"
    password: p${agent}
    transport: wss
    media: webrtc
    codecs: ${codec}
    audio: ${toneFile(ownHz)}
    mark: off
${user === undefined ? '' : `flows: { talk: [{ call: { from: agent, to: "sip:${user}@lab.test" } }, talk ${talkMs}ms, hang up] }`}
load: { calls: 1${user === undefined ? '' : ', rate: 1/s'} }
samples: { calls: 1 }
`)
}

describeWithBrowser('an agent with media: webrtc and Chromium', undefined, (at) => {
  const env = () => ({ NODE_EXTRA_CA_CERTS: at.lab.caFile })

  test.each(['opus', 'pcmu'])(
    'we call in %s: it hears us, we get as much back, and counts are equal',
    async (codec) => {
      const user = newUser()
      const browser = await at.chromium.openPhone(at.lab, user, { audio: 'echo', ringMs: 200 })
      const recording = await capture('lo', `udp portrange ${at.lab.media}`)
      const run = await startSiploadgen(scenario(at.lab, newUser(), codec, user), { env: env() })
      const call = browser.callNumber(0)
      await call.reached('confirmed')
      await expectToHear(call, ownHz)
      const ended = await run.ended()
      await recording.stop()
      const figures = await call.figures()
      expectCompleted(ended, browser.log())
      expectEncrypted(figures, codec)
      expectEqualCounts(ended, figures, { atMost: beforeKeys + untilBye }, { atMost: beforeKeys + underWay })
      // The browser goes on until our BYE has reached it.
      await expectAsOnWire(recording.file, ended, { atMost: untilBye })
      expect(ended.result?.samples[0]?.streams?.[0]?.ssrc).toBe(figures.outbound?.ssrc)
    },
  )

  test.each(['opus', 'pcmu'])('it calls us in %s: both hear each other, and counts are equal', async (codec) => {
    const browser = await at.chromium.openPhone(at.lab, newUser(), { audio: 'tone' })
    const agent = newUser()
    const recording = await capture('lo', `udp portrange ${at.lab.media}`)
    const run = await startSiploadgen(scenario(at.lab, agent, codec), { env: env() })
    await run.loadBegun()
    const call = await browser.call(agent)
    await expectToHear(call, ownHz)
    await sleep(talkMs)
    await call.stopSending()
    await sleep(settledMs)
    await call.hangUp()
    const ended = await run.ended()
    await recording.stop()
    const figures = await call.figures()
    expectCompleted(ended, browser.log())
    expectEncrypted(figures, codec)
    expectEqualCounts(ended, figures, { atMost: beforeKeys }, { atMost: beforeKeys + underWay })
    await expectAsOnWire(recording.file, ended, { atMost: 0 })
    expect(ended.result?.samples[0]?.streams?.[0]?.ssrc).toBe(figures.outbound?.ssrc)
  })
})
