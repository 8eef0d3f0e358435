import { beforeAll, expect, test } from 'vitest'
import { capture, tsharkFields } from '../peers/capture.js'
import { gatewayOf, type Lab, startLab } from '../peers/lab.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { runSiploadgen, scenarioFile } from '../peers/siploadgen.js'

/** One address of record with a phone on UDP and one on WSS; what each does when called is the case. */
const forked = (desk: string, browser: string): string =>
  scenarioFile(`version: 1
inputs: { gateway: { help: where }, ca: { help: CA file } }
gateway: \${gateway}
agents:
  caller: { count: 3, identity: "sip:\${1000 + n}@lab.test", password: "p\${1000 + n}", media: none }
  desk:
    identity: sip:3000@lab.test
    password: p3000
    count: 1
    media: none
    when called: ${desk}
  browser:
    identity: sip:3000@lab.test
    password: p3000
    count: 1
    transport: wss
    tls: { ca: "\${ca}" }
    media: none
    when called: ${browser}
flows:
  talk: [{ call: { from: caller, to: "sip:3000@lab.test" } }, wait 300ms, hang up]
load: { flow: talk, rate: 2/s, calls: 3 }
`)

interface Seen {
  readonly method: string
  readonly status: string
  readonly call: string
  readonly toTag: string
  readonly cseq: string
}

describeWithPeers(['kamailio', 'tcpdump', 'tshark'], 'a call that Kamailio forks', () => {
  let lab: Lab
  beforeAll(async () => {
    // ACK and BYE of the fork that lost follow each other at once: two workers may exchange them.
    lab = await startLab({ rtpengine: false, workers: 1 })
  })

  const run = async (desk: string, browser: string) => {
    const recording = await capture('lo', `udp port ${lab.udp}`)
    const set = { gateway: gatewayOf(lab), ca: lab.caFile }
    const { code, result, output } = await runSiploadgen(forked(desk, browser), { set })
    await recording.stop()
    expect(code, output).toBe(0)
    const fields = ['sip.Method', 'sip.Status-Code', 'sip.Call-ID', 'sip.to.tag', 'sip.CSeq.method', 'udp.srcport']
    const rows = await tsharkFields(recording.file, 'sip', fields, ['-d', `udp.port==${lab.udp},sip`])
    const seen = (fromKamailio: boolean): Seen[] =>
      rows
        .filter((row) => (Number(row[5]) === lab.udp) === fromKamailio)
        .map(([method = '', status = '', call = '', toTag = '', cseq = '']) => ({ method, status, call, toTag, cseq }))
    /** What one phone told of its legs: `received INVITE, sent 200 OK, ...`, once for each call. */
    const ladders = result?.samples
      .filter(({ legs }) => legs[0]?.agent === '3000')
      .map(({ ladder, outcome }) => [outcome, ...ladder.map((row) => `${row.direction} ${row.summary}`)].join(', '))
    return { result, ladders, toKamailio: seen(false), fromKamailio: seen(true) }
  }

  test('rings at both phones; the one that does not answer gets a CANCEL and ends with 487', async () => {
    const { result, ladders, fromKamailio } = await run('[never answer]', '[ring 200ms, answer]')
    expect(result?.calls.byOutcome).toEqual({ completed: 6, cancelled: 3 })
    const sent = (method: string): number => fromKamailio.filter((row) => row.method === method).length
    expect([sent('INVITE'), sent('CANCEL')]).toEqual([3, 3])
    expect(ladders?.sort()).toEqual([
      ...Array(3).fill('cancelled, received INVITE, sent 180, received CANCEL, sent 487'),
      ...Array(3).fill(
        'completed, received INVITE, sent 180, sent 200 OK, received ACK, received BYE, sent 200 OK (BYE)',
      ),
    ])
  })

  test('is answered by both at once: the caller acknowledges the second 200 and hangs it up at once', async () => {
    const { result, ladders, toKamailio, fromKamailio } = await run('[answer]', '[answer]')
    // Each of three calls: the caller's own, and one at each phone.
    expect(result?.calls.byOutcome).toEqual({ completed: 9 })
    expect(new Set(ladders)).toEqual(
      new Set(['completed, received INVITE, sent 200 OK, received ACK, received BYE, sent 200 OK (BYE)']),
    )
    const answers = fromKamailio.filter((row) => row.status === '200' && row.cseq === 'INVITE')
    for (const call of new Set(answers.map((row) => row.call))) {
      const tags = (rows: Seen[]): Set<string> =>
        new Set(rows.filter((row) => row.call === call).map((row) => row.toTag))
      const answered = tags(answers)
      expect(answered.size).toBe(2)
      const acknowledged = tags(toKamailio.filter((row) => row.method === 'ACK'))
      const hungUp = tags(toKamailio.filter((row) => row.method === 'BYE'))
      for (const tag of answered) expect([acknowledged.has(tag), hungUp.has(tag)]).toEqual([true, true])
    }
  })
})
