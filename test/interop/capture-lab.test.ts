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
import { expectSameStreams } from './tshark-rtp.js'

interface Captures {
  readonly lab: Lab
  /** By tcpdump, with the key log beside it. */
  readonly wire: string
  readonly keyLog: string
  /** By the run itself. */
  readonly own: string
}

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

const sipOf = ({ messages }: Read): CapturedMessage[] => messages.filter(({ content }) => content === 'sip')

const lossesOf = ({ events }: Read) => events.filter(({ kind }) => kind === 'loss')

describeWithPeers(['kamailio', 'rtpengine', 'tcpdump', 'tshark'], 'captures of calls through Kamailio', () => {
  let captures: Captures
  beforeAll(async () => {
    captures = await captureRun()
  })

  /** What tells tshark the protocols of the ports; in our own captures TLS is in clear on TCP. */
  function decodeArguments(secure: 'tls' | 'tcp'): string[] {
    const { udp, tls, ws, wss } = captures.lab
    const decode = [`udp.port==${udp},sip`, `tcp.port==${udp},sip`, `tcp.port==${ws},http`]
    decode.push(`${secure}.port==${tls},sip`, `${secure}.port==${wss},http`)
    return decode.flatMap((rule) => ['-d', rule])
  }

  /** Frames and CSeq of every SIP message that tshark finds. */
  async function messagesOfTshark(
    file: string,
    secure: 'tls' | 'tcp',
    more: readonly string[] = [],
  ): Promise<string[]> {
    const rows = await tsharkFields(file, 'sip', ['frame.number', 'sip.CSeq'], [...more, ...decodeArguments(secure)])
    return rows.flatMap(([frame, cseqs = '']) => cseqs.split(',').map((cseq) => `${frame} ${cseq}`))
  }

  const ownMessages = (read: Read): string[] =>
    sipOf(read).map(({ bytes, frames }) => `${frames.at(-1)} ${/^CSeq: *(.*)\r$/m.exec(bytes.toString('latin1'))?.[1]}`)

  describe('made by tcpdump', () => {
    test('are read completely with a key log: the messages of every transport, frame by frame as tshark has them', async () => {
      const read = await readFile(captures.wire, { keyLog: captures.keyLog })
      const keys = ['-o', `tls.keylog_file:${captures.keyLog}`]
      expect(ownMessages(read)).toEqual(await messagesOfTshark(captures.wire, 'tls', keys))
      expect(Object.values(counts(sipOf(read)))).toEqual([80, 80, 80, 80, 80])
      expect(lossesOf(read)).toEqual([])
      expect(read.summary).toMatchObject({ damage: undefined, duplicates: 0, notes: [], unread: {} })
    })

    test('have the RTP streams of tshark, with their figures, and calls that were heard both ways', async () => {
      const { streams, calls } = await readRtp(captures.wire, { keyLog: captures.keyLog })
      expect(streams).toHaveLength(80)
      const keys = ['-o', `tls.keylog_file:${captures.keyLog}`, '-d', `udp.port==${captures.lab.media},rtp`]
      await expectSameStreams(captures.wire, streams, [...keys, ...decodeArguments('tls')])
      expect(calls.map(({ heard }) => heard)).toEqual(Array.from({ length: 40 }, () => 'both'))
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
      expect(ownMessages(await readFile(captures.own))).toEqual(await messagesOfTshark(captures.own, 'tcp'))
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
