import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect } from 'vitest'
import type { CallFigures } from '../peers/browser/figures.js'
import { tsharkFields } from '../peers/capture.js'
import { type BrowserCall, type Chromium, startChromium } from '../peers/chromium.js'
import { type Lab, startLab } from '../peers/lab.js'
import { describeWithPeers } from '../peers/require-peer.js'
import type { SiploadgenRun } from '../peers/siploadgen.js'
import { temporaryFolder } from '../peers/temporary-folder.js'
import { toneWav } from '../peers/tone-wav.js'
import { receivedStreams } from './rtp-streams.js'

/** What our side says in these calls. */
export const ownHz = 1000

/** A WAV file with a tone. */
export function toneFile(hz: number): string {
  const file = join(temporaryFolder('tone'), 'tone.wav')
  writeFileSync(file, toneWav({ hz, seconds: 5, rate: 48_000 }))
  return file
}

/** A lab and a Chromium for the tests of one file. */
export interface BrowserLab {
  readonly lab: Lab
  readonly chromium: Chromium
}

/** Tests with a lab and a Chromium whose microphone says a tone; without one it beeps. */
export function describeWithBrowser(title: string, microphoneHz: number | undefined, body: (at: BrowserLab) => void) {
  describeWithPeers(['kamailio', 'rtpengine', 'chromium', 'tcpdump', 'tshark'], title, () => {
    const at: { lab?: Lab; chromium?: Chromium } = {}
    beforeAll(async () => {
      at.lab = await startLab()
      at.chromium = await startChromium(microphoneHz === undefined ? {} : { microphone: toneFile(microphoneHz) })
    })
    body(at as BrowserLab)
  })
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** What is on its way when one stops sending has arrived after this. */
export const settledMs = 300

/** A side that has hung up no longer counts what was still on its way to it. */
export const underWay = 3
/**
 * RTPEngine drops what comes for a side whose DTLS handshake has not ended: a tenth of a second, on a busy machine up to
 * a second of packets, at the start of a call only, since what is missing later is counted as lost.
 */
export const beforeKeys = 50

/** A user whom no attempt before has left a binding for. */
let users = 0
export const newUser = (): string => `user-${++users}`

/** Waits until a tone is the strongest that a call hears. */
export const expectToHear = (call: BrowserCall, hz: number): Promise<void> =>
  expect
    .poll(
      async () => {
        const { peakHz, peakDb } = await call.heard()
        return peakDb !== null && peakDb > -50 && Math.abs(peakHz - hz) < 12
      },
      { timeout: 10_000, interval: 200 },
    )
    .toBe(true)

export function expectEncrypted(figures: CallFigures, codec: string): void {
  expect(figures.dtlsState).toBe('connected')
  expect(figures.srtpCipher).toMatch(/^SRTP_(AES128_CM_HMAC_SHA1_80|AEAD_AES_(128|256)_GCM)$/)
  for (const direction of [figures.inbound, figures.outbound]) {
    expect(direction?.codec.toLowerCase()).toBe(`audio/${codec.toLowerCase()}`)
    expect(direction?.packets).toBeGreaterThan(30)
  }
  expect(figures.inbound?.lost).toBe(0)
  expect(figures.inbound?.energy).toBeGreaterThan(0)
}

/** A machine that is too slow for the generator's taste makes a run inconclusive, and changes nothing here. */
export function expectCompleted({ code, output, result }: SiploadgenRun, log: string): void {
  const story = `${output}\n${result?.reasons.join()}\n${log}`
  expect(result?.calls, story).toMatchObject({ attempted: 1, completed: 1, failed: 0 })
  expect([0, 3], story).toContain(code)
}

export interface Difference {
  readonly atMost: number
}

/** The browser's counts and ours: none lost, and what differs is at the start and the end of the call only. */
export function expectEqualCounts(
  { result }: SiploadgenRun,
  figures: CallFigures,
  towardsUs: Difference,
  towardsBrowser: Difference,
): void {
  expect(result?.media.packetsLost).toBe(0)
  const [stream] = result ? receivedStreams(result) : []
  expect(stream?.packetsReceived).toBe(result?.media.packetsReceived)
  expectWithin((figures.outbound?.packets ?? 0) - (result?.media.packetsReceived ?? 0), towardsUs)
  expectWithin((result?.media.packetsSent ?? 0) - (figures.inbound?.packets ?? 0), towardsBrowser)
}

/** Packets of 20 ms within the 50 ms for which Chromium gives the same figures again. */
const sinceFigures = 3

function expectWithin(missing: number, { atMost }: Difference): void {
  expect(missing).toBeGreaterThanOrEqual(-sinceFigures)
  expect(missing).toBeLessThanOrEqual(atMost)
}

/** What a capture has on its way to our one stream are the packets that our result counts, and at most so many more. */
export async function expectAsOnWire(file: string, { result }: SiploadgenRun, afterEnd: Difference): Promise<void> {
  const [stream] = result ? receivedStreams(result) : []
  const port = stream?.local.split(':').at(-1) ?? ''
  const rows = await tsharkFields(file, `udp.dstport == ${port}`, ['udp.payload'])
  const packets = rows.filter(([hex = '']) => isRtp(Buffer.from(hex.slice(0, 4), 'hex')))
  expectWithin(packets.length - (stream?.packetsReceived ?? 0), afterEnd)
}

/** RFC 7983 7 tells RTP and RTCP from STUN and DTLS, RFC 5761 4 one from the other. */
function isRtp([first = 0, second = 0]: Buffer): boolean {
  const payloadType = second & 0x7f
  return first >= 128 && first < 192 && (payloadType < 64 || payloadType > 95)
}
