import { expect, test } from 'vitest'
import type { RunResult } from '../../src/model/result.js'
import { freePort } from '../peers/free-port.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { runSiploadgen, scenarioFile } from '../peers/siploadgen.js'
import { type SippResult, startSipp } from '../peers/sipp.js'

const CALLS = 200

const scenario = (target: string): string => `version: 1
gateway: udp://${target}
agents:
  phone: { count: 10, identity: "sip:\${100 + n}@127.0.0.1", register: false, media: none, calls at once: 4 }
flows:
  talk: [{ call: { from: phone, to: "sip:service@${target}", headers: { X-Call: "\${call}" } } }, wait 100ms, hang up]
load: { rate: 100/s, arrivals: poisson, calls: ${CALLS} }
expect: [session.ser == 100%]
`

const SILENCE_MS = 1500

/** The same at 50 calls/s in even steps, and nothing passes for a while; a call gives up after 64 times 5 ms. */
const silenced = (target: string): string => `version: 1
gateway: [{ target: "udp://${target}", name: sipp }]
agents:
  phone: { count: 10, identity: "sip:\${100 + n}@127.0.0.1", register: false, media: none, calls at once: 8 }
flows: { talk: [{ call: { from: phone, to: "sip:service@${target}" } }, wait 100ms, hang up] }
load: { rate: 50/s, calls: ${CALLS} }
timers: { t1: 5ms }
faults: [{ name: silence, at: 1s, for: ${SILENCE_MS}ms, impair: { target: sipp, silence: true } }]
expect: [failover.signalling_outage < 10s]
`

interface Both {
  readonly result: RunResult | undefined
  readonly sipp: SippResult
}

async function callsOf(shards: number | undefined): Promise<Both> {
  const port = await freePort()
  const uas = await startSipp({ scenario: 'builtin:uas', localPort: port, calls: CALLS })
  const file = scenarioFile(scenario(`127.0.0.1:${port}`))
  const { result } = await runSiploadgen(file, { seed: 5, ...(shards === undefined ? {} : { shards }) })
  return { result, sipp: await uas.finish() }
}

const capture = (pattern: RegExp, text: string): string => pattern.exec(text)?.[1] ?? 'none'

/** What SIPp received: the number of each call, and who placed it. */
function placed({ messages }: SippResult): string[] {
  const invites = messages.split(/^-{20,}.*$/m).filter((text) => /^INVITE /m.test(text) && text.includes('received'))
  return invites
    .map((text) => `${capture(/^X-Call: (\d+)/m, text)} ${capture(/^From:.*sip:(\d+)@/m, text)}`)
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
}

const callIds = ({ messages }: SippResult): Set<string> =>
  new Set([...messages.matchAll(/^Call-ID: (\S+)/gm)].map(([, callId = '']) => callId))

/** The sockets that calls came from: agents that do not register share one, in each shard its own. */
const senders = ({ messages }: SippResult): Set<string> =>
  new Set([...messages.matchAll(/^Via: SIP\/2.0\/UDP ([\d.:]+)/gm)].map(([, place = '']) => place))

describeWithPeers(['sipp'], 'SIPp is called by shards', () => {
  test('it receives the calls that one process makes, and both count them all', async () => {
    const whole = await callsOf(undefined)
    const split = await callsOf(2)
    expect(placed(whole.sipp)).toHaveLength(CALLS)
    expect(placed(split.sipp)).toEqual(placed(whole.sipp))
    expect([senders(whole.sipp).size, senders(split.sipp).size]).toEqual([1, 2])
    for (const { result, sipp } of [whole, split]) {
      expect([sipp.successful, sipp.failed]).toEqual([CALLS, 0])
      expect(result?.calls).toMatchObject({ attempted: CALLS, completed: CALLS, failed: 0 })
      const setup = result?.metrics.find(({ name, tags }) => name === 'session.setup' && !Object.keys(tags).length)
      expect(setup?.kind === 'histogram' && setup.count).toBe(CALLS)
    }
    expect([whole.result?.environment.shards, split.result?.environment.shards]).toEqual([1, 2])
  })

  test('silence between them and SIPp is made once, for all calls, and lasts as long as it is told', async () => {
    const port = await freePort()
    const uas = await startSipp({ scenario: 'builtin:uas', localPort: port, calls: CALLS })
    const { result, output } = await runSiploadgen(scenarioFile(silenced(`127.0.0.1:${port}`)), { shards: 2 })
    // It would wait for the BYEs that were lost.
    uas.peer.signal('SIGKILL')
    const sipp = await uas.result()
    expect(result?.environment.shards).toBe(2)
    const [fault] = result?.faults ?? []
    expect(fault, output).toMatchObject({ undone: true, for: expect.closeTo(SILENCE_MS / 1000, 1) })
    // A call every 20 ms; what a busy machine adds to the answers of two of them is no outage.
    const outageMs = fault?.measures['failover.signalling_outage'] ?? 0
    expect(Math.abs(outageMs - SILENCE_MS)).toBeLessThan(300)
    const { attempted = 0, established = 0 } = result?.calls ?? {}
    const inVain = attempted - established
    expect(Math.abs(inVain - SILENCE_MS / 20)).toBeLessThan(15)
    // A call that was on its way when silence fell belongs to those before the fault.
    expect(inVain - (fault?.outcome?.newCalls.failed ?? 0)).toBeOneOf([0, 1, 2])
    expect(callIds(sipp).size - established).toBeOneOf([0, 1, 2])
    expect(senders(sipp).size).toBe(2)
  })
})
