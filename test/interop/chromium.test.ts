import { describe, expect, test } from 'vitest'
import type { CallFigures } from '../peers/browser/figures.js'
import { type Capture, capture, tsharkFields } from '../peers/capture.js'
import { gatewayOf, type Lab } from '../peers/lab.js'
import { type SiploadgenRun, scenarioFile, startSiploadgen } from '../peers/siploadgen.js'
import { shareAt } from '../peers/tone-wav.js'
import {
  beforeKeys,
  describeWithBrowser,
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
import { receivedStreams } from './rtp-streams.js'

const microphoneHz = 1600
const talkMs = 4000

/** One phone of ours with plain RTP that sends a tone through the lab; its flow, if it has one, calls `sip:user@`. */
const scenario = (lab: Lab, caller: 'we' | 'the browser', user: string): string =>
  scenarioFile(`version: 1
gateway: "${gatewayOf(lab)}"
agents:
  phone: { count: 1, identity: "sip:desk@lab.test", password: pdesk, audio: ${toneFile(ownHz)}, mark: off, codecs: pcmu }
${caller === 'we' ? `flows: { talk: [{ call: { from: phone, to: "sip:${user}@lab.test" } }, talk ${talkMs}ms, hang up] }` : ''}
load: { calls: 1${caller === 'we' ? ', rate: 1/s' : ''} }
samples: { calls: 1 }
`)

describeWithBrowser('Chromium with JsSIP', microphoneHz, (at) => {
  test.each(['opus', 'PCMU'])('two browsers hear each other in %s, and their counts are equal', async (codec) => {
    const anna = await at.chromium.openPhone(at.lab, newUser(), { toneHz: 500, codecs: [codec] })
    const user = newUser()
    const bert = await at.chromium.openPhone(at.lab, user, { audio: 'microphone', codecs: [codec] })
    const call = await anna.call(user)
    const answered = bert.callNumber(0)
    expect(await answered.reached('confirmed')).toMatchObject({ direction: 'incoming' })
    await expectToHear(call, microphoneHz)
    await expectToHear(answered, 500)
    await sleep(1000)
    await call.stopSending()
    await answered.stopSending()
    await sleep(settledMs)
    const [here, there] = [await call.figures(), await answered.figures()]
    await call.hangUp()
    expect(await answered.reached('ended')).toMatchObject({ cause: 'Terminated', endedBy: 'remote' })
    expectEncrypted(here, codec)
    expectEncrypted(there, codec)
    expectAllArrived(here, there)
    expectAllArrived(there, here)
    expect(await answered.figures()).toMatchObject({ inbound: { packets: there.inbound?.packets } })
  })

  describe('a phone of ours with plain RTP', () => {
    test('calls it: counts are equal, it hears our tone, and we get back what we said', async () => {
      const user = newUser()
      const browser = await at.chromium.openPhone(at.lab, user, { audio: 'echo', ringMs: 200 })
      const recording = await capture('lo', `udp portrange ${at.lab.media}`)
      const run = await startSiploadgen(scenario(at.lab, 'we', user))
      const call = browser.callNumber(0)
      await call.reached('confirmed')
      await expectToHear(call, ownHz)
      const ended = await run.ended()
      expect(await call.reached('ended')).toMatchObject({ endedBy: 'remote', remoteUser: 'desk' })
      const figures = await call.figures()
      expectCompleted(ended, browser.log())
      expectEqualCounts(ended, figures, { atMost: underWay }, { atMost: beforeKeys + underWay })
      expectEncrypted(figures, 'PCMU')
      await expectTone(recording, ended, ownHz)
    })

    // A browser that offers Opus only and a phone that knows PCMU only: RTPEngine transcodes.
    test.each([
      { codec: 'PCMU', inTheTranscoder: 0 },
      { codec: 'opus', inTheTranscoder: 5 },
    ])(
      'is called by it with $codec: counts are equal, and each hears the other',
      async ({ codec, inTheTranscoder }) => {
        const browser = await at.chromium.openPhone(at.lab, newUser(), { audio: 'microphone', codecs: [codec] })
        const recording = await capture('lo', `udp portrange ${at.lab.media}`)
        const run = await startSiploadgen(scenario(at.lab, 'the browser', ''))
        await run.loadBegun()
        const call = await browser.call('desk')
        await sleep(talkMs)
        await expectToHear(call, ownHz)
        await call.hangUp()
        const ended = await run.ended()
        const figures = await call.figures()
        expectCompleted(ended, browser.log())
        expectEqualCounts(ended, figures, { atMost: inTheTranscoder }, { atMost: beforeKeys + underWay })
        expectEncrypted(figures, codec)
        await expectTone(recording, ended, microphoneHz)
      },
    )
  })
})

/** All that one browser sent has arrived at the other, but for what came before the keys. */
function expectAllArrived(from: CallFigures, to: CallFigures): void {
  expect(to.inbound).toMatchObject({ ssrc: from.outbound?.ssrc, lost: 0 })
  const missing = (from.outbound?.packets ?? 0) - (to.inbound?.packets ?? 0)
  expect(missing).toBeGreaterThanOrEqual(0)
  expect(missing).toBeLessThanOrEqual(beforeKeys)
}

/** What the relay sent to our phone, as the capture has it, is PCMU of this tone. */
async function expectTone(recording: Capture, { result }: SiploadgenRun, hz: number): Promise<void> {
  await recording.stop()
  const [stream] = result ? receivedStreams(result) : []
  const port = stream?.local.split(':').at(-1) ?? ''
  const decode = ['-d', `udp.port==${port},rtp`]
  const rows = await tsharkFields(recording.file, `udp.dstport == ${port} && rtp.p_type == 0`, ['rtp.payload'], decode)
  expect(rows.length).toBeGreaterThan(talkMs / 20 - 100)
  // The last two seconds, when whatever the start of a call does is over.
  const payloads = rows.slice(-100).map(([hex = '']) => Buffer.from(hex, 'hex'))
  expect(shareAt([...Buffer.concat(payloads)].map(decodeMuLaw), 8000, hz)).toBeGreaterThan(0.8)
}

/** ITU-T G.711, µ-law. */
function decodeMuLaw(octet: number): number {
  const code = ~octet & 0xff
  const magnitude = (((code & 0x0f) << 3) + 0x84) << ((code & 0x70) >> 4)
  return code & 0x80 ? 0x84 - magnitude : magnitude - 0x84
}
