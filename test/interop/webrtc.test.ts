import { beforeAll, describe, expect, test } from 'vitest'
import type { CallFigures } from '../peers/browser/figures.js'
import { type BrowserCall, type Chromium, startChromium } from '../peers/chromium.js'
import { gatewayOf, type Lab, startLab } from '../peers/lab.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { runSiploadgen, type SiploadgenRun, scenarioFile, startSiploadgen } from '../peers/siploadgen.js'

const talkMs = 4000

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

interface Agent {
  readonly setup: 'active' | 'passive'
  readonly codec: 'opus' | 'pcmu'
  /** Whom it calls; it waits to be called when there is nobody. */
  readonly calls?: string
}

const scenario = (lab: Lab, { setup, codec, calls }: Agent): string =>
  scenarioFile(`version: 1
gateway: "${gatewayOf(lab)}"
agents:
  browser:
    count: 1
    identity: "sip:desk@lab.test"
    password: pdesk
    transport: wss
    tls: { ca: "${lab.caFile}", server name: lab.test }
    media: webrtc
    dtls: { setup: ${setup} }
    codecs: ${codec}
${calls ? `flows: { talk: [{ call: { from: browser, to: "sip:${calls}@lab.test" } }, talk ${talkMs}ms, hang up] }` : ''}
load: { calls: 1${calls ? ', rate: 1/s' : ''} }
samples: { calls: 1 }
`)

/** What the browser hears is not silence. */
const expectSound = (call: BrowserCall): Promise<void> =>
  expect.poll(async () => (await call.heard()).peakDb ?? -999, { timeout: 10_000, interval: 200 }).toBeGreaterThan(-60)

function expectCompleted({ code, output, result }: SiploadgenRun, log: string): void {
  const story = `${output}\n${result?.reasons.join()}\n${log}`
  expect(result?.calls, story).toMatchObject({ attempted: 1, completed: 1, failed: 0 })
  expect([0, 3], story).toContain(code)
}

/** What was still on its way when one side hung up, and what came before the keys, which a relay waits for twice. */
const slack = 3
const beforeKeys = 50

function expectEqualCounts({ result }: SiploadgenRun, figures: CallFigures): void {
  const towardsUs = (figures.outbound?.packets ?? 0) - (result?.media.packetsReceived ?? 0)
  const towardsBrowser = (result?.media.packetsSent ?? 0) - (figures.inbound?.packets ?? 0)
  for (const missing of [towardsUs, ...(figures.inbound ? [towardsBrowser] : [])]) {
    expect(missing).toBeGreaterThanOrEqual(0)
    expect(missing).toBeLessThanOrEqual(beforeKeys + slack)
  }
  expect(figures.inbound?.lost ?? 0).toBe(0)
  expect(result?.findings).toEqual([])
}

describeWithPeers(['kamailio', 'rtpengine', 'chromium'], 'agents with media: webrtc and Chromium', () => {
  let chromium: Chromium
  beforeAll(async () => {
    chromium = await startChromium()
  })

  describe.each([
    ['with nothing in between', false],
    ['through RTPEngine', true],
  ])('%s', (_how, rtpengine) => {
    let lab: Lab
    const name = (suffix: string): string => `${rtpengine ? 'r' : 'd'}${suffix}`
    beforeAll(async () => {
      lab = await startLab({ rtpengine })
    })

    test.each([
      ['opus', 'active'],
      ['pcmu', 'active'],
    ] as const)('an agent calls the browser in %s', async (codec, setup) => {
      const user = name(`called-${codec}`)
      const browser = await chromium.openPhone(lab, user, { audio: 'echo', ringMs: 200 })
      const running = await startSiploadgen(scenario(lab, { codec, setup, calls: user }))
      const call = browser.callNumber(0)
      await call.reached('confirmed')
      await expectSound(call)
      const run = await running.ended()
      await call.reached('ended')
      expectCompleted(run, browser.log())
      const figures = await call.figures()
      // Our close_notify has told the browser that there is nothing more to come.
      if (!rtpengine) expect(figures.dtlsState).toBe('closed')
      expectEqualCounts(run, figures)
    })

    test.each([
      ['opus', 'active'],
      ['opus', 'passive'],
    ] as const)('the browser calls an agent in %s that answers %s', async (codec, setup) => {
      const browser = await chromium.openPhone(lab, name(`calls-${setup}`), { audio: 'tone' })
      const running = await startSiploadgen(scenario(lab, { codec, setup }))
      await running.loadBegun()
      const call = await browser.call('desk')
      await sleep(talkMs)
      await expectSound(call)
      await call.stopSending()
      await sleep(300)
      const figures = await call.figures()
      await call.hangUp()
      const run = await running.ended()
      expectCompleted(run, browser.log())
      expect(figures.dtlsState).toBe('connected')
      expectEqualCounts(run, { ...figures, inbound: undefined })
      expect(figures.inbound?.lost).toBe(0)
      expect(figures.inbound?.packets).toBeGreaterThan(100)
    })
  })
})

describeWithPeers(['kamailio', 'rtpengine'], 'agents with media: webrtc through Kamailio and RTPEngine', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await startLab()
  })

  const calls = 5
  const both = (from: string, to: string, setup: string): string =>
    scenarioFile(`version: 1
gateway: "${gatewayOf(lab)}"
agents:
  browser:
    count: ${calls}
    identity: "sip:\${1000 + n}@lab.test"
    password: "p\${1000 + n}"
    transport: wss
    tls: { ca: "${lab.caFile}", server name: lab.test }
    media: webrtc
    dtls: { setup: ${setup} }
  phone:
    count: ${calls}
    identity: "sip:\${2000 + n}@lab.test"
    password: "p\${2000 + n}"
    when called: [early media 300ms, answer]
  other: { count: ${calls}, identity: "sip:\${3000 + n}@lab.test", password: "p\${3000 + n}", transport: wss,
    tls: { ca: "${lab.caFile}", server name: lab.test }, media: webrtc }
flows: { talk: [{ call: { from: ${from}, to: ${to} } }, talk 3s, hang up] }
load: { flow: talk, rate: 2/s, calls: ${calls} }
`)

  test.each([
    ['browser', 'phone', 'active', calls],
    ['phone', 'browser', 'active', calls],
    ['phone', 'browser', 'passive', calls],
    ['browser', 'other', 'active', 2 * calls],
  ] as const)('%s to %s, answering %s: every call is heard in both directions', async (from, to, setup, paths) => {
    const { code, output, result } = await runSiploadgen(both(from, to, setup))
    const story = `${output}\n${result?.reasons.join()}`
    expect(result?.calls, story).toMatchObject({ attempted: calls, completed: calls, failed: 0 })
    expect([0, 3], story).toContain(code)
    const metric = (name: string) =>
      result?.metrics.find((one) => one.name === name && Object.keys(one.tags).length === 0)
    expect(metric('media.one_way_calls')).toMatchObject({ value: 0 })
    expect(metric('media.silent_calls')).toMatchObject({ value: 0 })
    expect(metric('media.ice_setup')).toMatchObject({ count: paths })
    expect(metric('media.dtls_setup')).toMatchObject({ count: paths })
    expect(result?.findings).toEqual([])
  })
})
