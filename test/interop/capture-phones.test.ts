import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { judgeCaptures } from '../../src/cli/check/judge-captures.js'
import { rules } from '../../src/conformance/rules/registry.js'
import type { Finding } from '../../src/model/result.js'
import { type Frame, pcapBytes, pcapngBytes, writeCapture } from '../capture/capture-files.js'
import { readRtp } from '../capture/read-rtp.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { type CapturedPhones, capturePhones } from './captured-phones.js'
import { callsOfTshark, checkCapture, expectReadCompletely } from './captured-traffic.js'
import { doubled, dropped, framesOfFile, resegmented, tagged } from './distorted-frames.js'
import { type Explained, expectExplained } from './explained-violations.js'

const explained: readonly Explained[] = [
  {
    who: 'baresip',
    rules: '3261-13.2.2-7',
    reason: 'the ACK of the 200 has a digest of its own: RFC 3261 22.1 wants the credentials of the INVITE',
  },
  { who: 'JsSIP', rules: '3261-13.2.2-7', reason: 'the ACK of the 200 has no credentials' },
  { who: 'SIPp', rules: '3261-13.2.2-7', reason: 'the ACK of the 200 has no credentials' },
  {
    who: 'Kamailio',
    rules: '3261-16.6-10',
    reason: 'its media relay changes session descriptions, which a proxy must not',
  },
  {
    who: 'Kamailio',
    rules: '3261-18.1.1-1',
    reason: 'the offer of a browser goes to a phone over UDP with 1800 bytes',
  },
]

interface Judged {
  readonly violations: readonly string[]
  readonly messages: number
}

/** `baresip v1.0.0 (x86_64/linux)` is baresip; Kamailio says that it is the lab; SIPp says nothing. */
const products: Readonly<Record<string, string>> = { siploadgen: 'Kamailio' }

describeWithPeers(
  ['kamailio', 'rtpengine', 'chromium', 'baresip', 'sipp', 'gcc', 'tcpdump', 'tshark'],
  'a capture of baresip, Chromium and SIPp through Kamailio over UDP, TCP, TLS, WS and WSS',
  () => {
    let captured: CapturedPhones
    beforeAll(async () => {
      captured = await capturePhones()
    })

    test('is read completely: messages, calls and RTP streams are those of tshark', async () => {
      const { capture: judged } = await expectReadCompletely(captured.traffic)
      const ids = await callsOfTshark(captured.traffic)
      expect(ids.size).toBe(captured.calls)
      const { calls, streams } = await readRtp(captured.traffic.file, { keyLog: captured.traffic.keyLog ?? '' })
      expect(new Set(calls.map(({ callId }) => callId))).toEqual(ids)
      // One call on either side of Kamailio.
      expect(calls.map(({ heard }) => heard)).toEqual(Array.from({ length: 2 * captured.calls }, () => 'both'))
      expect(judged?.media.calls).toEqual({ both: 2 * captured.calls })
      // The other leg is encrypted.
      expect(streams.flatMap(({ dtmf }) => (dtmf === '' ? [] : [dtmf]))).toEqual(['12'])
    })

    test('breaks no rule but for the reasons that are listed', async () => {
      const { findings } = await checkCapture(captured.traffic)
      const nameOf = ({ element, software = '' }: Finding): string => {
        const name = software.split(' ')[0] ?? ''
        return element.startsWith(captured.sipp) ? 'SIPp' : (products[name] ?? (name === '' ? element : name))
      }
      expectExplained(findings, nameOf, explained)
    })

    describe('distorted', () => {
      let frames: Frame[]
      let undistorted: Judged
      beforeAll(async () => {
        frames = await framesOfFile(captured.traffic.file)
        undistorted = await judge(readFileSync(captured.traffic.file))
      })

      /** The violations that a capture shows, and its messages. */
      async function judge(bytes: Buffer): Promise<Judged> {
        const options = { rules, keyLog: captured.traffic.keyLog, vantage: new Map() }
        const { tally, messages } = await judgeCaptures([writeCapture(bytes)], options)
        const broken = tally.entries().filter(({ counts }) => counts.violation > 0)
        return { messages, violations: broken.map(({ element, rule }) => `${element}: ${rule}`).sort() }
      }

      test.each<[string, (frames: readonly Frame[]) => Buffer]>([
        ['in pcapng instead of pcap', (all) => pcapngBytes(all)],
        ['with its TCP cut into other segments', (all) => pcapBytes(resegmented(all, 1))],
        ['with its TCP cut into yet others', (all) => pcapBytes(resegmented(all, 2))],
        ['behind a VLAN tag', (all) => pcapBytes(tagged(all, '8100000a'))],
        ['behind two VLAN tags', (all) => pcapBytes(tagged(all, '88a800018100000a'))],
        ['with every packet twice', (all) => pcapBytes(doubled(all, 1, 3))],
        ['with a third of its packets twice', (all) => pcapBytes(doubled(all, 0.3, 4))],
      ])('%s, it has the same messages and the same violations', async (_, distort) => {
        expect(await judge(distort(frames))).toEqual(undistorted)
      })

      test.each([0.1, 0.35, 0.6, 0.85])('cut at %f of its bytes, it shows no other violation', async (share) => {
        const whole = readFileSync(captured.traffic.file)
        const { violations, messages } = await judge(whole.subarray(0, Math.floor(share * whole.length)))
        expect(messages).toBeGreaterThan(0)
        expect(violations.filter((each) => !undistorted.violations.includes(each))).toEqual([])
      })

      test.each([1, 2, 3, 4])(
        'with one in twenty of its packets dropped, by seed %i, it shows no other violation',
        async (seed) => {
          const { violations } = await judge(pcapBytes(dropped(frames, 0.05, seed)))
          expect(violations.filter((each) => !undistorted.violations.includes(each))).toEqual([])
        },
      )
    })
  },
)
