import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type GatewayHandle, startEmbeddedGateway } from '../../src/gateway/embedded.js'
import type { RunResult } from '../../src/model/result.js'
import { startTcpRelay } from '../peers/tcp-relay.js'
import { readResult, start, temporaryFolder, writeScenario } from './program.js'

interface Place {
  readonly host: string
  readonly gateway: GatewayHandle
  /** Port of TCP that the browser is to use instead of the gateway's. */
  readonly tcp?: number
}

/** Longer than the consent of the test lasts. */
const silenceMs = 5000

const portOf = ({ gateway }: Place, wanted: string): number =>
  gateway.targets.find(({ transport }) => transport === wanted)?.port ?? 0

/** A browser of ours, with SIP over TCP, calls a phone of ours with plain RTP. */
function scenario(place: Place, talk: string, ice = '{ timeout: 10s }'): string {
  const host = place.host.includes(':') ? `[${place.host}]` : place.host
  const targets = [`tcp://${host}:${place.tcp ?? portOf(place, 'tcp')}`, `udp://${host}:${portOf(place, 'udp')}`]
  return `version: 1
gateway: "${targets.join(',')}"
agents:
  browser: { count: 1, identity: "sip:anna@lab.test", password: panna, transport: tcp, media: webrtc, ice: ${ice} }
  phone: { count: 1, identity: "sip:bert@lab.test", password: pbert, when called: [answer] }
flows: { talk: [{ call: { from: browser, to: phone } }, talk ${talk}, hang up] }
load: { calls: 1, rate: 1/s }
samples: { calls: 1 }
`
}

/** Runs a scenario to its end; `meanwhile` begins when the call is up. */
async function runOf(text: string, meanwhile?: () => Promise<void>): Promise<{ result: RunResult; story: string }> {
  const folder = temporaryFolder()
  const out = join(folder, 'out')
  const running = start(['run', writeScenario(text, folder), '--out', out, '--quiet'], { cwd: folder })
  await meanwhile?.()
  const ended = await running.ended
  const result = readResult(out)
  return { result, story: `${ended.out}${ended.err}${JSON.stringify(result.samples[0])}` }
}

const heardIn = ({ metrics }: RunResult): string[] =>
  metrics.flatMap((series) => {
    const { heard, ...others } = series.tags
    const counts = series.name === 'media.calls' && series.kind === 'counter' && (series.value ?? 0) > 0
    return counts && heard !== undefined && Object.keys(others).length === 0 ? [heard] : []
  })

/** Packets of the gateway's last call. */
async function relayedBy(gateway: GatewayHandle): Promise<number> {
  const [{ calls = [] } = {}] = await gateway.statistics({ calls: true })
  return calls.at(-1)?.state === 'answered' ? (calls.at(-1)?.streams[0]?.relayed ?? 0) : 0
}

describe.each(['127.0.0.1', '::1'])('a browser on %s that calls a phone', (host) => {
  let gateway: GatewayHandle
  beforeAll(async () => {
    gateway = await startEmbeddedGateway({ host, webrtc: true })
  })
  afterAll(() => gateway.stop())

  it('is heard and hears, and nothing is lost', async () => {
    const { result, story } = await runOf(scenario({ host, gateway }, '2s'))
    expect(result.calls, story).toMatchObject({ completed: 1, failed: 0 })
    expect(heardIn(result), story).toEqual(['heard'])
    expect(result.media.packetsLost).toBe(0)
    for (const { local } of result.samples[0]?.streams ?? []) expect(local).toContain(host)
  })
})

describe('a gateway that contradicts itself', () => {
  let gateway: GatewayHandle
  beforeAll(async () => {
    gateway = await startEmbeddedGateway({ webrtc: true })
  })
  afterAll(() => gateway.stop())

  it('by the source of its media is found fault with, and is not heard', async () => {
    // Of the same length, so that the message's own stays right.
    const alter = (bytes: Buffer): Buffer =>
      Buffer.from(bytes.toString('latin1').replace('a=end-of-candidates', 'a=ssrc:1 cname:abcd'), 'latin1')
    const relay = await startTcpRelay(portOf({ host: '127.0.0.1', gateway }, 'tcp'), { alter })
    const place = { host: '127.0.0.1', gateway, tcp: relay.port }
    const { result, story } = await runOf(scenario(place, '2s'))
    expect(result.calls, story).toMatchObject({ completed: 1, failed: 0 })
    expect(heardIn(result), story).toEqual(['one-way'])
    const [finding] = result.findings.filter(({ rule }) => rule === 'media/unsignalled-source')
    expect(finding, story).toMatchObject({ severity: 'error', count: 1 })
    expect(finding?.examples[0]).toMatch(/^call 0: anna got \d{2,} packets of sources that a=ssrc does not name$/)
  })

  it('by its silence loses the consent to be sent to, which ends the call by name (RFC 7675)', async () => {
    const place = { host: '127.0.0.1', gateway }
    const silence = async (): Promise<void> => {
      await expect.poll(() => relayedBy(gateway), { timeout: 20_000, interval: 50 }).toBeGreaterThan(20)
      for (const pid of gateway.pids) process.kill(pid, 'SIGSTOP')
      const wake = (): void => {
        for (const pid of gateway.pids) process.kill(pid, 'SIGCONT')
      }
      onTestFinished(wake)
      await new Promise((resolve) => setTimeout(resolve, silenceMs))
      wake()
    }
    const { result, story } = await runOf(scenario(place, '30s', '{ consent timeout: 1500ms }'), silence)
    expect(result.calls.byOutcome, story).toMatchObject({ media: 1 })
    expect(result.samples[0]?.reason).toBe('consent-lost: the far side answered no consent check for 1.5 s')
  })
})
