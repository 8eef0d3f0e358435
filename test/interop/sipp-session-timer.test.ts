import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { freePort } from '../peers/free-port.js'
import { prepareRuns } from '../peers/prepared-runs.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { runSipp, type SippResult } from '../peers/sipp.js'
import { answerOneCall } from './own-phone.js'
import { fromUs, messagesOf } from './sipp-pair.js'
import { receiveAnswer, request, requestByCaller, respond, scenarioOf, sdp, variantOf } from './sipp-scenario.js'

/** Our time runs so many times as fast as SIPp's. */
const FACTOR = 40
const INTERVAL_SECONDS = 90

/** The caller becomes the refresher and never refreshes; our BYE must come. */
const idleRefresher = (): string =>
  scenarioOf(
    'timer-expired-uac',
    [
      request('INVITE', {
        lines: 'Supported: timer\nSession-Expires: [expires];refresher=uac\n',
        body: sdp,
      }),
      receiveAnswer,
      requestByCaller('ACK', { cseq: '1', attributes: '' }),
      '<recv request="BYE" timeout="8000"/>',
      respond('200 OK'),
      '<Reference variables="peer"/>',
    ].join('\n'),
  )

interface Row {
  readonly name: string
  readonly scenario: () => string
  readonly method: string
  /** Our seconds between the 200 and that request. */
  readonly afterSeconds: number
  readonly by: 'local' | 'remote'
}

const rows: readonly Row[] = [
  {
    name: 'as refresher we send UPDATE after half of the interval',
    scenario: () => 'timer-refreshed-uac',
    method: 'UPDATE',
    afterSeconds: INTERVAL_SECONDS / 2,
    by: 'remote',
  },
  {
    name: 'as refresher we send a re-INVITE where UPDATE is not allowed',
    scenario: () => variantOf('timer-refreshed-uac', [[', UPDATE', '']]),
    method: 'INVITE',
    afterSeconds: INTERVAL_SECONDS / 2,
    by: 'remote',
  },
  {
    name: 'without a refresh by the caller we send BYE a third of the interval, at most 32 s, before its end',
    scenario: idleRefresher,
    method: 'BYE',
    afterSeconds: INTERVAL_SECONDS - INTERVAL_SECONDS / 3,
    by: 'local',
  },
]

interface Kept {
  readonly sipp: SippResult
  readonly by: string
}

/** One call that SIPp places to a phone of ours. */
async function live(row: Row): Promise<Kept> {
  const port = await freePort()
  const phone = await answerOneCall(port, FACTOR)
  const sipp = await runSipp({
    scenario: row.scenario(),
    localPort: await freePort(),
    remote: `127.0.0.1:${port}`,
    calls: 1,
    keys: { expires: String(INTERVAL_SECONDS) },
    timeoutSeconds: 15,
  })
  const by = await Promise.race([phone.ending.then((ending) => ending.by), sleep(1000, 'nobody')])
  await phone.close()
  return { sipp, by }
}

describeWithPeers(['sipp'], 'the session timer of a call that SIPp places', () => {
  const calls = prepareRuns(rows, live, rows.length)

  test.each(rows)('$name', async (row) => {
    const { sipp, by } = await calls.of(row)
    expect(sipp, sipp.errors + sipp.messages).toMatchObject({ exitCode: 0, successful: 1, failed: 0 })
    expect(by).toBe(row.by)
    expect(fromUs(sipp, row.method)).toHaveLength(1)
    const seen = messagesOf(sipp)
    const answered = seen.find(({ text }) => text.startsWith('SIP/2.0 200'))
    const sent = seen.find(({ direction, text }) => direction === 'received' && text.startsWith(row.method))
    const waitedSeconds = (((sent?.atMs ?? 0) - (answered?.atMs ?? 0)) * FACTOR) / 1000
    // A tenth of a real second for two busy processes.
    expect(waitedSeconds).toBeGreaterThan(row.afterSeconds - 1)
    expect(waitedSeconds).toBeLessThan(row.afterSeconds + 0.1 * FACTOR + 1)
  })
})
