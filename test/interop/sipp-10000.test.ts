import { expect, test } from 'vitest'
import type { RunResult } from '../../src/model/result.js'
import { freePort } from '../peers/free-port.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { runSiploadgen, scenarioFile } from '../peers/siploadgen.js'
import { runSipp, type SippResult, startSipp } from '../peers/sipp.js'
import { startOwn } from './own-run.js'

const CALLS = 10_000
const RATE = 500
/** Twice the time that the load takes: a run that is held up shall fail by its counts, which say why. */
const PATIENCE_SECONDS = 60
/** Room in SIPp's sockets for half a second of a stalled process: T1, after which retransmission would begin. */
const SIPP_BUFFERS = ['-buff_size', '4000000']

const sippOptions = {
  calls: CALLS,
  timeoutSeconds: PATIENCE_SECONDS,
  traceMessages: false,
  args: SIPP_BUFFERS,
} as const

const ours = 'phone: { count: 1, identity: "sip:service@127.0.0.1", register: false, media: none, socket: group'

/** We place the calls. */
const calling = (target: string): string =>
  `version: 1\ngateway: udp://${target}\nagents: { ${ours}, calls at once: ${CALLS} } }\n` +
  `flows: { call: [ call: { from: phone, to: "sip:service@${target}" }, wait 200ms, hang up ] }\n` +
  `load: { rate: ${RATE}/s, calls: ${CALLS} }\n`

/** We answer them. */
const answering = (listen: string): string =>
  `version: 1\ngateway: none\nagents: { ${ours}, calls at once: ${CALLS}, listen: "${listen}",\n` +
  `    when called: [ ring 100ms, answer ] } }\nload: { calls: ${CALLS} }\n`

interface Counts {
  readonly ours: { readonly completed: number; readonly failed: number; readonly retransmissions: number }
  readonly sipp: { readonly successful: number; readonly failed: number; readonly retransmissions: number }
}

/** Every call of both sides went through, and no message had to be sent twice. */
const flawless: Counts = {
  ours: { completed: CALLS, failed: 0, retransmissions: 0 },
  sipp: { successful: CALLS, failed: 0, retransmissions: 0 },
}

function countsOf(result: RunResult | undefined, sipp: SippResult): Counts {
  const repeated = result?.metrics.find(
    ({ name, tags }) => name === 'sip.retransmissions' && Object.keys(tags).length === 0,
  )
  return {
    ours: {
      completed: result?.calls.completed ?? 0,
      failed: result?.calls.failed ?? -1,
      retransmissions: repeated?.kind === 'counter' ? (repeated.value ?? -1) : -1,
    },
    sipp: { successful: sipp.successful, failed: sipp.failed, retransmissions: sipp.retransmissions },
  }
}

/** Whose fault a retransmission was: an overloaded machine shows in lag, loop delay or dropped datagrams. */
function explain(result: RunResult | undefined, sipp: SippResult): string {
  const health = result?.generator
  const machine =
    health && (health.socketDrops > 0 || (health.eventLoopDelayMs ?? 0) > 400)
      ? 'this process was held up for longer than T1, or dropped datagrams: the machine is too busy for this test'
      : 'this process was in time: look at SIPp, or at a message that was answered wrongly'
  return `${machine}\n${JSON.stringify({ health, failures: result?.calls.failures })}\nSIPp: ${sipp.errors.slice(0, 2000)}`
}

describeWithPeers(['sipp'], `${CALLS} calls at ${RATE} a second`, () => {
  test('placed to the built-in UAS of SIPp succeed without a retransmission', async () => {
    const localPort = await freePort()
    const uas = await startSipp({ ...sippOptions, scenario: 'builtin:uas', localPort })
    const file = scenarioFile(calling(`127.0.0.1:${localPort}`))
    const { result } = await runSiploadgen(file, { withinMs: PATIENCE_SECONDS * 1000 })
    const sipp = await uas.result()
    expect(countsOf(result, sipp), explain(result, sipp)).toEqual(flawless)
  })

  test('placed by the built-in UAC of SIPp are answered without a retransmission', async () => {
    const port = await freePort()
    const run = await startOwn({ scenario: answering(`127.0.0.1:${port}`), listens: port })
    const sipp = await runSipp({
      ...sippOptions,
      scenario: 'builtin:uac',
      localPort: await freePort(),
      remote: `127.0.0.1:${port}`,
      rate: RATE,
      concurrent: CALLS,
    })
    if (sipp.exitCode !== 0) run.peer.signal('SIGINT')
    const { result } = await run.result()
    expect(countsOf(result, sipp), explain(result, sipp)).toEqual(flawless)
  })
})
