import { beforeAll, expect, test } from 'vitest'
import { startBaresip } from '../peers/baresip.js'
import { type Chromium, startChromium } from '../peers/chromium.js'
import { gatewayOf, type Lab, startLab } from '../peers/lab.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { runSiploadgen, type SiploadgenRun, scenarioFile } from '../peers/siploadgen.js'
import { expectCompleted, newUser } from './browser-call.js'

/** Long enough for several marks, which come about once in two seconds. */
const talkMs = 12_000
const marksAtLeast = 3
/** An echo through a browser passes two jitter buffers and a sound card that is not there. */
const echoMs = { from: 20, to: 1000 }

/** One phone of ours with its usual audio calls a user who plays back what it hears. */
const scenario = (lab: Lab, user: string, settings: string): string =>
  scenarioFile(`version: 1
gateway: "${gatewayOf(lab)}"
agents:
  phone: { count: 1, identity: "sip:desk@lab.test", password: pdesk, ${settings} }
flows: { talk: [{ call: { from: phone, to: "sip:${user}@lab.test" } }, talk ${talkMs}ms, hang up] }
load: { calls: 1, rate: 1/s }
samples: { calls: 1 }
`)

/** The mark that we sent came back: of this call and side, several times, and no other. */
function expectOwnMark(run: SiploadgenRun, log: string): void {
  expectCompleted(run, log)
  const [sample] = run.result?.samples ?? []
  const voices = sample?.streams?.flatMap(({ hearing }) => hearing?.voices ?? []) ?? []
  expect(voices).toHaveLength(1)
  expect(voices[0]).toMatchObject({ call: 0, side: 'caller' })
  expect(voices[0]?.marks).toBeGreaterThanOrEqual(marksAtLeast)
  expect(voices[0]?.mouthToEarMs).toBeGreaterThan(echoMs.from)
  expect(voices[0]?.mouthToEarMs).toBeLessThan(echoMs.to)
  expect(sample?.heard).toBe('heard')
}

describeWithPeers(
  ['kamailio', 'rtpengine', 'chromium', 'baresip'],
  'our audio mark is found in what we get back',
  () => {
    let lab: Lab
    let chromium: Chromium
    beforeAll(async () => {
      lab = await startLab()
      chromium = await startChromium()
    })

    test.each([
      'codecs: pcmu',
      'media: webrtc, transport: wss, codecs: opus',
      'media: webrtc, transport: wss, codecs: pcmu',
    ])('from a browser that plays back what it hears of a phone with %s', async (settings) => {
      const user = newUser()
      const browser = await chromium.openPhone(lab, user, { audio: 'echo' })
      const env = { NODE_EXTRA_CA_CERTS: lab.caFile }
      expectOwnMark(await runSiploadgen(scenario(lab, user, settings), { env }), browser.log())
    })

    test('from baresip that plays back what it hears', async () => {
      const user = newUser()
      const baresip = await startBaresip({ user, lab, audio: 'echo' })
      expectOwnMark(await runSiploadgen(scenario(lab, user, 'codecs: pcmu')), baresip.peer.output())
    })
  },
)
