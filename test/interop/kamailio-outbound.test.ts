import { beforeAll, expect, test } from 'vitest'
import { type Lab, startLab } from '../peers/lab.js'
import { header } from '../peers/raw-message.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { codeUnlessBusy, runSiploadgen, scenarioFile, startSiploadgen } from '../peers/siploadgen.js'
import { startTcpRelay, type TcpRelay } from '../peers/tcp-relay.js'
import { startEdgeProxy } from './edge-proxy.js'

const callsPerSecond = 5
const calls = 5 * callsPerSecond

/** One phone with two flows; a phone on UDP calls it all the time. */
const twoFlows = (transport: string): string =>
  scenarioFile(`version: 1
inputs: { gateway: { help: where } }
gateway: \${gateway}
agents:
  caller: { count: 4, identity: "sip:\${1000 + n}@lab.test", password: "p\${1000 + n}", media: none }
  callee:
    count: 1
    identity: sip:3000@lab.test
    password: p3000
    transport: ${transport}
    outbound flows: 2
    calls at once: 4
    media: none
flows:
  talk: [{ call: { from: caller, to: callee } }, wait 50ms, hang up]
load: { flow: talk, rate: ${callsPerSecond}/s, calls: ${calls} }
samples: { calls: ${calls} }
`)

/** Phones behind an edge proxy, and callers who know nothing of it. */
const behindEdge = (lab: Lab, edgePort: number): string =>
  scenarioFile(`version: 1
gateway: udp://${lab.address}:${lab.udp}
agents:
  caller: { count: 2, identity: "sip:\${1000 + n}@lab.test", password: "p\${1000 + n}", media: none }
  callee:
    count: 2
    identity: sip:\${4000 + n}@lab.test
    password: p\${4000 + n}
    gateway: udp://127.0.0.1:${edgePort}
    media: none
flows:
  talk: [{ call: { from: caller, to: callee } }, wait 50ms, hang up]
load: { flow: talk, rate: 10/s, calls: 4 }
expect: [session.scr == 100%]
`)

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Keep-alives of RFC 5626 4.4.1 on TCP are line ends between messages, on WebSocket they are frames (RFC 7118 6). */
const keepAlives = {
  // Two line ends, or one, behind a message that ended with its header or with the last line of a description.
  tcp: { ping: /(\r\n){3}/, pong: /(\r\n){3}|\r\na=\w+(\r\n){2}/ },
  // Opcodes 9 and 10, of which the client's is masked (RFC 6455 5.5).
  ws: { ping: /\x89\x80/, pong: /\x8a\x00/ },
}

describeWithPeers(['kamailio'], 'outbound flows of RFC 5626', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await startLab({ rtpengine: false, flowTimerSeconds: 2 })
  })

  test.each(['tcp', 'ws'] as const)('over %s: calls reach the phone when one of two is gone', async (transport) => {
    const relays: TcpRelay[] = [await startTcpRelay(lab[transport]), await startTcpRelay(lab[transport])]
    const targets = relays.map(({ port }) => `${transport}://127.0.0.1:${port}`)
    const gateway = [`udp://${lab.address}:${lab.udp}`, ...targets].join(',')
    const run = await startSiploadgen(twoFlows(transport), { set: { gateway } })
    await run.loadBegun()
    expect(relays.map(({ open }) => open)).toEqual([1, 1])
    await sleep(2600)
    relays[0]?.stall()
    expect(relays[0]?.reset()).toBe(1)
    const { code, result, output } = await run.ended()

    // The registrar's answers name both bindings; what a WebSocket client sends is masked.
    const bindings = relays.flatMap((relay) => [...relay.downstream().matchAll(/reg-id=(\d)/g)].map(([, id]) => id))
    expect(new Set(bindings)).toEqual(new Set(['1', '2']))
    // The cut flow was tried again, and what came there went nowhere.
    expect(relays[0]?.arrivals.length).toBeGreaterThan(1)
    for (const relay of relays) {
      expect(relay.upstream()).toMatch(keepAlives[transport].ping)
      expect(relay.downstream()).toMatch(keepAlives[transport].pong)
    }
    expect(code, output).toBe(0)
    // A call that was on the flow as it was cut may be lost with it.
    expect(result?.calls.failed).toBeLessThanOrEqual(1)
    const late = result?.samples.filter(({ call }) => call / callsPerSecond > 3) ?? []
    expect(late.length).toBeGreaterThanOrEqual(9)
    expect(new Set(late.map(({ outcome }) => outcome))).toEqual(new Set(['completed']))
    expect(result?.agents.callee).toMatchObject({ registered: 1, connectionsLost: 1, registrations: 2 })
  })

  test('calls reach phones over the Path that an edge proxy put into their registration (RFC 3327)', async () => {
    const edge = await startEdgeProxy(lab.udp)
    const ended = await runSiploadgen(behindEdge(lab, edge.port))
    const { code, result, output } = ended
    expect(code, output).toBe(codeUnlessBusy(0, ended))
    expect(result?.agents.callee).toMatchObject({ registered: 2, registrations: 2, registrationsFailed: 0 })
    const registers = edge.upstream.filter((text) => text.startsWith('REGISTER '))
    expect(new Set(registers.map((text) => header(text, 'Supported')))).toEqual(new Set(['path']))
    const invites = edge.downstream.filter((text) => text.startsWith('INVITE '))
    expect(invites.map((text) => header(text, 'Route'))).toEqual(Array(4).fill(`<sip:127.0.0.1:${edge.port};lr>`))
  })
})
