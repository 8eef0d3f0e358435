import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { CapturedMessage } from '../../src/capture/captured-message.js'
import { transportNames } from '../../src/model/address.js'
import { type Read, readFile } from '../capture/capture-files.js'
import { readRtp } from '../capture/read-rtp.js'
import { capture, tsharkFields } from '../peers/capture.js'
import { gatewayOf, type Lab, startLab } from '../peers/lab.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { runSiploadgen, scenarioFile } from '../peers/siploadgen.js'
import { temporaryFolder } from '../peers/temporary-folder.js'
import {
  type CapturedTraffic,
  callsOfTshark,
  checkCapture,
  expectReadCompletely,
  messagesOf,
  messagesOfTshark,
  sipOf,
} from './captured-traffic.js'
import { type Explained, expectExplained } from './explained-violations.js'

interface Captures {
  readonly lab: Lab
  /** By tcpdump, with the key log beside it. */
  readonly wire: string
  readonly keyLog: string
  /** By the run itself. */
  readonly own: string
}

const explained: readonly Explained[] = [
  {
    who: 'Kamailio',
    rules: '3261-16.6-10',
    reason: 'its media relay changes session descriptions, which a proxy must not',
  },
]

const products: Readonly<Record<string, string>> = { siploadgen: 'Kamailio' }

/** Phones on every transport call those on every other through Kamailio, captured by tcpdump and by the run. */
async function captureRun(): Promise<Captures> {
  const lab = await startLab()
  const keyLog = join(temporaryFolder('keys'), 'keys')
  const text = readFileSync(new URL('scenarios/all-transports.yaml', import.meta.url), 'utf8')
    .replaceAll('tls: { ca', `tls: { key log: "${keyLog}", ca`)
    .replace('- talk 2s', '- talk 500ms')
  const file = scenarioFile(`${text}capture: { media: headers }\n`)
  const sip = [lab.udp, lab.tcp, lab.tls, lab.ws, lab.wss].map((port) => `port ${port}`).join(' or ')
  const recording = await capture('lo', `${sip} or udp portrange ${lab.media}`)
  const run = await runSiploadgen(file, { set: { gateway: gatewayOf(lab), ca: lab.caFile }, seed: 12 })
  expect((await recording.stop()).dropped).toBe(0)
  expect(run.result?.calls, run.output).toMatchObject({ attempted: 20, completed: 20 })
  return { lab, wire: recording.file, keyLog, own: join(run.folder, 'capture.pcapng') }
}

const counts = (messages: readonly CapturedMessage[]): Record<string, number> =>
  Object.fromEntries(
    transportNames.map((name) => [name, messages.filter(({ transport }) => transport === name).length]),
  )

const lossesOf = ({ events }: Read) => events.filter(({ kind }) => kind === 'loss')

describeWithPeers(['kamailio', 'rtpengine', 'tcpdump', 'tshark'], 'captures of calls through Kamailio', () => {
  let captures: Captures
  beforeAll(async () => {
    captures = await captureRun()
  })

  /** What tells tshark the protocols of the ports; in our own captures TLS is in clear on TCP. */
  function decodeRules(secure: 'tls' | 'tcp'): string[] {
    const { udp, tls, ws, wss } = captures.lab
    const decode = [`udp.port==${udp},sip`, `tcp.port==${udp},sip`, `tcp.port==${ws},http`]
    return [...decode, `${secure}.port==${tls},sip`, `${secure}.port==${wss},http`]
  }

  const onTheWire = (): CapturedTraffic => {
    const { wire: file, keyLog, lab } = captures
    return { file, keyLog, decode: [...decodeRules('tls'), `udp.port==${lab.media},rtp`] }
  }

  describe('made by tcpdump', () => {
    test('are read completely: messages and RTP streams are those of tshark, and calls were heard both ways', async () => {
      const { capture: judged } = await expectReadCompletely(onTheWire())
      expect(judged?.messages).toBe(400)
      const read = await readFile(captures.wire, { keyLog: captures.keyLog })
      expect(Object.values(counts(sipOf(read)))).toEqual([80, 80, 80, 80, 80])
      const { streams, calls } = await readRtp(captures.wire, { keyLog: captures.keyLog })
      expect(streams).toHaveLength(80)
      expect(new Set(calls.map(({ callId }) => callId))).toEqual(await callsOfTshark(onTheWire()))
      expect(calls.map(({ heard }) => heard)).toEqual(Array.from({ length: 40 }, () => 'both'))
    })

    test('break no rule but for the reasons that are listed', async () => {
      const { findings } = await checkCapture(onTheWire())
      expectExplained(findings, ({ software = '' }) => products[software.split(/[ /]/)[0] ?? ''] ?? software, explained)
    })

    test('say of TLS without keys that it was not read, and with others that they do not fit', async () => {
      const without = await readFile(captures.wire)
      expect(counts(sipOf(without))).toEqual({ udp: 80, tcp: 80, tls: 0, ws: 80, wss: 0 })
      expect(lossesOf(without)).toHaveLength(8)
      expect(without.summary.notes).toEqual([
        '8 TLS connections were not decrypted: no key log was given and the capture holds no keys',
      ])
      const wrong = await readFile(captures.wire, { keyLog: captures.wire })
      expect(wrong.summary.notes).toEqual([
        `8 TLS connections were not decrypted: the key log ${captures.wire} do not fit them`.replace(
          'do not',
          'does not',
        ),
      ])
      const missing = await readFile(captures.wire, { keyLog: captures.keyLog, tshark: 'no-such-program' })
      expect(missing.summary.notes).toEqual(['8 TLS connections were not decrypted: tshark is not installed'])
    })
  })

  describe('made by the run itself', () => {
    test('hold the same messages in clear as the wire does', async () => {
      const texts = (read: Read) =>
        sipOf(read).map(({ transport, bytes }) => `${transport} ${bytes.toString('latin1')}`)
      const wire = await readFile(captures.wire, { keyLog: captures.keyLog })
      const own = await readFile(captures.own)
      expect(texts(own).sort()).toEqual(texts(wire).sort())
      const frames = (read: Read) => read.events.filter(({ kind }) => kind === 'websocket-frame').length
      expect(frames(own)).toBe(frames(wire))
      expect(lossesOf(own)).toEqual([])
    })

    test('are read by tshark without a complaint, and with the same messages', async () => {
      const own = { file: captures.own, decode: decodeRules('tcp') }
      expect(messagesOf(await readFile(captures.own))).toEqual(await messagesOfTshark(own))
      const complaints = '_ws.malformed || tcp.analysis.flags || ip.checksum.status == 0 || udp.checksum.status == 0'
      const checks = ['ip.check_checksum', 'udp.check_checksum', 'tcp.check_checksum'].flatMap((name) => [
        '-o',
        `${name}:TRUE`,
      ])
      expect(
        await tsharkFields(captures.own, `${complaints} || tcp.checksum.status == 0`, ['frame.number'], checks),
      ).toEqual([])
    })
  })
})
