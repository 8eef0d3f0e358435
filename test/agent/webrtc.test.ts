import { afterEach, describe, expect, test } from 'vitest'
import type { PhoneProfile } from '../../src/agent/profile.js'
import type { Session } from '../../src/agent/session.js'
import { VirtualClock } from '../../src/base/virtual-clock.js'
import { WheelClock } from '../../src/base/wheel-clock.js'
import type { RtpPort } from '../../src/media/rtp-port.js'
import { newStreamPort } from '../../src/media/stream-ports.js'
import { freePortRange } from '../peers/free-port.js'
import { Station, Witness } from './bench.js'

const ports: RtpPort[] = []
afterEach(async () => {
  await Promise.all(ports.splice(0).map((port) => port.close()))
})

async function openPort(): Promise<RtpPort> {
  const firstPort = await freePortRange(4)
  const port = newStreamPort({
    clock: new WheelClock(),
    ports: { firstPort, lastPort: firstPort + 3 },
    rtcpIntervalMs: 0,
  })
  ports.push(port)
  return port
}

const browser: Partial<PhoneProfile> = {
  media: 'webrtc',
  webrtc: { iceTimeoutMs: 2000, dtlsTimeoutMs: 2000, setup: 'active' },
}

type Change = (text: string) => string
const unchanged: Change = (text) => text

/** A change of a message's SDP with its Content-Length right again. */
const inSdp =
  (change: Change): Change =>
  (message) => {
    const [head = '', body = ''] = message.split(/\r\n\r\n(.*)/s)
    if (body === '') return message
    const text = change(body)
    return `${head.replace(/Content-Length: \d+/i, `Content-Length: ${text.length}`)}\r\n\r\n${text}`
  }

/** Two browsers of ours: signalling on a virtual clock that follows the real one, media on real sockets. */
class Pair {
  readonly clock = new VirtualClock(1000)
  readonly caller: Station
  readonly callee: Station
  readonly witness = new Witness()
  readonly session: Session
  #running = true

  constructor(
    media: readonly [RtpPort, RtpPort],
    change: { toCallee?: Change; toCaller?: Change; callee?: Partial<PhoneProfile> },
  ) {
    this.caller = new Station(this.clock, '1001', '127.0.0.1', browser, media[0])
    this.callee = new Station(this.clock, '2001', '127.0.0.2', { ...browser, ...change.callee }, media[1])
    const join = (from: Station, to: Station, alter: Change): void =>
      from.channel.connect((bytes) =>
        to.hear(from.channel.local, Buffer.from(inSdp(alter)(Buffer.from(bytes).toString('latin1')), 'latin1')),
      )
    join(this.caller, this.callee, change.toCallee ?? unchanged)
    join(this.callee, this.caller, change.toCaller ?? unchanged)
    this.callee.whenCalled = (session) => session.answer()
    this.session = this.caller.phone.createCall(this.witness)
    this.session.invite({ uri: 'sip:2001@127.0.0.2', headers: [], delayedOffer: false })
    void this.#run()
  }

  get calleeSession(): Session | undefined {
    return this.callee.incoming[0]?.session
  }

  get calleeWitness(): Witness | undefined {
    return this.callee.incoming[0]?.witness
  }

  stop(): void {
    this.#running = false
  }

  async #run(): Promise<void> {
    while (this.#running) {
      await new Promise((resolve) => setTimeout(resolve, 2))
      if (this.#running) this.clock.advance(2)
    }
  }
}

const pairs: Pair[] = []
afterEach(() => {
  for (const pair of pairs.splice(0)) pair.stop()
})

async function call(change: ConstructorParameters<typeof Pair>[1] = {}): Promise<Pair> {
  const pair = new Pair([await openPort(), await openPort()], change)
  pairs.push(pair)
  return pair
}

const patiently = { timeout: 8000 }
const ended = (witness: () => Witness | undefined) => expect.poll(() => witness()?.ending, patiently)
const streams = (session: Session | undefined) => session?.media.reports() ?? []

describe('two agents with media: webrtc', () => {
  test.each(['active', 'passive'] as const)('hear each other, the callee being %s', async (setup) => {
    const callee = { webrtc: { iceTimeoutMs: 2000, dtlsTimeoutMs: 2000, setup } }
    const pair = await call({ callee })
    await expect.poll(() => pair.witness.told, patiently).toContain('answered')
    await new Promise((resolve) => setTimeout(resolve, 1000))
    pair.session.bye([])
    await ended(() => pair.witness).toMatchObject({ outcome: 'completed' })
    for (const [session, role] of [
      [pair.session, setup === 'active' ? 'server' : 'client'],
      [pair.calleeSession, setup === 'active' ? 'client' : 'server'],
    ] as const) {
      const [report] = streams(session)
      expect(report?.path).toMatchObject({ dtlsRole: role, failure: undefined })
      expect(report?.packetsReceived).toBeGreaterThan(20)
      expect(report?.path?.packetsOfOtherSources).toBe(0)
    }
  })

  test('go on through hold and resume on the same association', async () => {
    const pair = await call()
    await expect.poll(() => pair.witness.told, patiently).toContain('answered')
    const statuses: number[] = []
    pair.session.modify('INVITE', { direction: 'sendonly' }, (status) => statuses.push(status))
    await expect.poll(() => statuses, patiently).toEqual([200])
    pair.session.modify('INVITE', { direction: 'sendrecv' }, (status) => statuses.push(status))
    await expect.poll(() => statuses, patiently).toEqual([200, 200])
    await new Promise((resolve) => setTimeout(resolve, 600))
    pair.session.bye([])
    await ended(() => pair.witness).toMatchObject({ outcome: 'completed' })
    const [report] = streams(pair.session)
    expect(report).toMatchObject({ packetsUnauthenticated: 0, path: { failure: undefined, routeChanges: 0 } })
    expect(report?.packetsReceived).toBeGreaterThan(20)
  })
})

const fingerprint: Change = (text) => text.replace(/a=fingerprint:.*/, `a=fingerprint:sha-256 ${'00:'.repeat(31)}00`)

describe('a description with a defect ends the call by name', () => {
  test.each<[string, string, Change]>([
    ['fingerprint-mismatch', "another certificate's fingerprint", fingerprint],
    ['no usable a=ice-ufrag', 'no ICE', (text) => text.replace(/a=ice-ufrag.*\r\n/, '')],
    ['no usable a=fingerprint', 'no fingerprint', (text) => text.replace(/a=fingerprint.*\r\n/, '')],
    ['not multiplexed', 'no rtcp-mux', (text) => text.replace(/a=rtcp-mux\r\n/, '')],
    ['no c= line', 'no c= line', (text) => text.replace(/c=.*\r\n/, '')],
    ['port 0', 'port 0', (text) => text.replace(/m=audio \d+/, 'm=audio 0')],
  ])('%s: %s in the answer', async (reason, _what, change) => {
    const pair = await call({ toCaller: change })
    await ended(() => pair.witness).toMatchObject({
      outcome: 'media',
      reason: expect.stringContaining(reason) as string,
    })
  })

  test.each<[string, Change]>([
    ['candidates that lead nowhere', (text) => text.replace(/(a=candidate.* 127\.0\.0\.\d) \d+/, '$1 9')],
    ['no candidates', (text) => text.replace(/a=candidate.*\r\n/g, '')],
    ['another password', (text) => text.replace(/a=ice-pwd:.*/, 'a=ice-pwd:0123456789abcdefghijkl')],
  ])('ice-timeout: %s on both sides, whoever notices first', async (_what, change) => {
    const pair = await call({ toCallee: change, toCaller: change })
    const endings = (): (string | undefined)[] => [pair.witness.ending?.reason, pair.calleeWitness?.ending?.reason]
    await expect.poll(endings, patiently).toContain('ice-timeout: ICE found no way to the far side within 2000 ms')
  })

  test.each<[string, Change]>([
    ['no-ice', (text) => text.replace(/a=ice-pwd.*\r\n/, '')],
    ['no-fingerprint', (text) => text.replace(/a=fingerprint.*\r\n/, '')],
    ['setup', (text) => text.replace('actpass', 'holdconn')],
    ['unsupported-profile', (text) => text.replace('UDP/TLS/RTP/SAVPF', 'RTP/AVP')],
    ['too-large', (text) => text + 'a=x\r\n'.repeat(2000)],
  ])('%s in the offer: refused with 488', async (_name, change) => {
    const pair = await call({ toCallee: change })
    await ended(() => pair.witness).toMatchObject({ outcome: 'rejected', status: 488 })
    expect(pair.calleeWitness?.ending).toMatchObject({ outcome: 'media', status: 488 })
  })

  test('sections that are not audio are refused and the call is heard', async () => {
    const video = 'm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:v\r\na=rtpmap:96 VP8/90000\r\n'
    const pair = await call({
      toCallee: (text) => text + video,
      toCaller: (text) => text.replace(/m=video 0 [\s\S]*/, ''),
    })
    await expect.poll(() => pair.witness.told, patiently).toContain('answered')
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect(pair.calleeSession?.media.localSdp).toContain('m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:v\r\n')
    pair.session.bye([])
    await ended(() => pair.witness).toMatchObject({ outcome: 'completed' })
    expect(streams(pair.session)[0]?.packetsReceived).toBeGreaterThan(10)
  })
})

test('the callee names a certificate that is not the described one, too', async () => {
  const pair = await call({ toCallee: fingerprint })
  await ended(() => pair.calleeWitness).toMatchObject({
    outcome: 'media',
    reason: expect.stringContaining('fingerprint-mismatch') as string,
  })
  await ended(() => pair.witness).toMatchObject({ by: 'remote' })
})
