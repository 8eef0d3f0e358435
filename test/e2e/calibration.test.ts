import { beforeAll, describe, expect, it } from 'vitest'
import { startEmbeddedGateway } from '../../src/gateway/embedded.js'
import { noFaults } from '../../src/gateway/gateway-options.js'
import type { CallStatistics, GatewayStatistics } from '../../src/gateway/gateway-statistics.js'
import type { GatewayFaults } from '../../src/model/scenario.js'
import { type CalibratedRun, calibratedRun, counter, seriesOf } from './calibrated-run.js'

const scenario = 'calibration.yaml'
/** Several runs at once leave no time to listen; what is heard is calibrated in hearing.test.ts. */
const replace = [/^ {4}ptime: /gm, '    listening: off\n    ptime: '] as const

const withFaults = (faults: object, set: Readonly<Record<string, string | number>>): Promise<CalibratedRun> =>
  calibratedRun({ scenario, gateway: { embedded: { faults } }, set, replace })

/** The same with a gateway of the test, so that what it did can be asked. */
async function withWatchedGateway(faults: Partial<GatewayFaults>, set: Readonly<Record<string, string | number>>) {
  const gateway = await startEmbeddedGateway({ algorithms: ['MD5'], faults: { ...noFaults, ...faults } })
  try {
    const target = gateway.targets.find(({ transport }) => transport === 'udp')
    const run = await calibratedRun({ scenario, gateway: `udp://${target?.host}:${target?.port}`, set, replace })
    const [statistics] = await gateway.statistics({ calls: true })
    if (!statistics) throw new Error('the gateway tells nothing')
    return { ...run, statistics }
  } finally {
    await gateway.stop()
  }
}

const counted = { calls: 100, rate: '50/s', talk: '2s' }
const tenSeconds = { calls: 10, talk: '10s' }

describe('faults that are counted', () => {
  let muted: CalibratedRun
  let refused: CalibratedRun
  let swapped: CalibratedRun & { statistics: GatewayStatistics }
  let restarted: CalibratedRun

  beforeAll(async () => {
    ;[muted, refused, swapped, restarted] = await Promise.all([
      withFaults({ 'mute caller': '7%', 'mute callee': '5%' }, counted),
      withFaults({ busy: '20%', 'no answer': '10%' }, counted),
      withWatchedGateway({ swapPercent: 10 }, counted),
      withFaults({ 'restart after': '5s' }, { calls: 60, rate: '6/s', talk: '500ms', phones: 20, transport: 'wss' }),
    ])
  })

  it('hears exactly the muted calls in one direction only', () => {
    const { result } = muted
    expect(result.calls).toMatchObject({ attempted: 100, completed: 100, failures: {} })
    expect(result.media.streams).toBe(200)
    // Every stream that heard anything has the moment of its first packet.
    expect(result.media.streams - seriesOf(result, 'media.first_packet', 'histogram').count).toBe(12)
    expect(counter(result, 'media.one_way_calls')).toBe(12)
    expect(counter(result, 'media.silent_calls')).toBe(0)
    expect(counter(result, 'media.calls', { heard: 'one-way' })).toBe(12)
    expect(counter(result, 'media.calls', { heard: 'unjudged' })).toBe(88)
    expect(counter(result, 'media.calls')).toBe(100)
    // Nothing came, so nothing is known to be lost.
    expect(result.media.packetsLost).toBe(0)
  })

  it('counts exactly the busy calls and those without answer', () => {
    const { calls } = refused.result
    expect(calls.byOutcome).toEqual({ completed: 70, rejected: 20, timeout: 10 })
    // The caller's patience ends with a CANCEL.
    expect(calls.byStatus).toEqual({ 200: 70, 486: 20, 487: 10 })
    expect(calls.failures).toEqual({ 'rejected 486': 20, timeout: 10 })
  })

  it('carries the swapped calls that the gateway counts', () => {
    const { result, statistics } = swapped
    expect(result.calls).toMatchObject({ attempted: 100, completed: 100, failures: {} })
    const marked = statistics.calls.filter(({ fault }) => fault === 'swap')
    const exchanged = statistics.calls.filter(({ swappedWith }) => swappedWith !== undefined)
    expect(marked).toHaveLength(10)
    expect(statistics.swaps).toBe(exchanged.length / 2)
    expect(marked.every(({ swappedWith }) => swappedWith !== undefined)).toBe(true)
    // Packets flow in both directions; whose audio they carry only a listener could tell.
    expect(counter(result, 'media.calls', { heard: 'unjudged' })).toBe(100)
  })

  it('loses all connections and registrations with a restart and regains them', () => {
    const { result } = restarted
    for (const agents of Object.values(result.agents)) {
      expect(agents).toMatchObject({ count: 20, registered: 20, connections: 20, connectionsLost: 20 })
    }
    expect(seriesOf(result, 'registration.rrd', 'histogram').count).toBeGreaterThanOrEqual(80)
    const { points } = result.timeline
    const broken = points.filter(({ failed }) => failed > 0).map(({ t }) => t)
    expect(broken.length).toBeGreaterThan(0)
    // Of 10 s of load the last two are long after the phones are back.
    const after = points.filter(({ t }) => t >= 8)
    expect(Math.max(...broken)).toBeLessThan(8)
    expect(after.reduce((sum, { established }) => sum + established, 0)).toBeGreaterThanOrEqual(6)
  })
})

/** A loss is seen when a later packet arrives: one at the very end of a stream is not. */
function visibleLoss(calls: readonly CallStatistics[], share: number): number {
  const streams = calls.flatMap((call) => call.streams)
  const lostLast = streams.filter(({ received }) => Math.floor(received * share) > Math.floor((received - 1) * share))
  return streams.reduce((sum, { lost }) => sum + lost, 0) - lostLast.length
}

describe('faults of the media', () => {
  let lossy: CalibratedRun
  let watched: CalibratedRun & { statistics: GatewayStatistics }
  let plain: CalibratedRun
  let jittery: CalibratedRun
  let slow: CalibratedRun
  const jitterMs = 40
  const quietMs = 2

  beforeAll(async () => {
    const long = { ...tenSeconds, ptime: '40ms' }
    ;[lossy, watched, plain, jittery, slow] = await Promise.all([
      withFaults({ 'rtp loss': '3%' }, tenSeconds),
      withWatchedGateway({ rtpLoss: 0.03 }, tenSeconds),
      withFaults({}, long),
      withFaults({ 'rtp jitter': `${jitterMs}ms` }, long),
      withFaults({ 'rtp delay': '80ms' }, long),
    ])
  })

  it('reports the loss within 0.2 points', () => {
    const { value, denominator } = seriesOf(lossy.result, 'media.loss', 'ratio')
    expect(denominator).toBeGreaterThan(9_000)
    expect(value).toBeGreaterThan(2.8)
    expect(value).toBeLessThan(3.2)
    expect(seriesOf(plain.result, 'media.loss', 'ratio').value).toBe(0)
  })

  it('reports every packet that the gateway dropped and no other', () => {
    const { result, statistics } = watched
    expect(statistics.rtp.received).toBe(result.media.packetsSent)
    expect(statistics.rtp.relayed).toBe(result.media.packetsReceived)
    expect(result.media.packetsLost).toBe(visibleLoss(statistics.calls, 0.03))
  })

  const jitterOf = ({ result }: CalibratedRun): number =>
    seriesOf(result, 'media.jitter', 'histogram').mean ?? Number.NaN

  /** The run without faults shows what the machine itself adds to times; beyond it a fault cannot be told apart. */
  function isQuiet(): boolean {
    const own = jitterOf(plain)
    if (own > quietMs) console.info(`times are not judged: without any fault the jitter is ${own} ms`)
    return own <= quietMs
  }

  it('reports the jitter that uniform delays make, within 10 %', () => {
    // RFC 3550 A.8 averages |D| with a gain of 1/16 from 0 on. Of two uniform delays up to J the mean |D| is J / 3; so
    // the mean of the running value over n packets is J / 3 * (1 - 16 / n) but for terms that vanish.
    const packets = jittery.result.media.packetsReceived / jittery.result.media.streams
    const wanted = (jitterMs / 3) * (1 - 16 / packets)
    console.info(
      `jitter ${jitterOf(jittery)} ms, wanted ${wanted.toFixed(2)} ms, ${jitterOf(plain)} ms without the fault`,
    )
    expect(jittery.result.media.packetsLost).toBe(0)
    if (!isQuiet()) return
    expect(jitterOf(jittery)).toBeGreaterThan(0.9 * wanted)
    expect(jitterOf(jittery)).toBeLessThan(1.1 * wanted)
  })

  it('shows a constant delay in the round trip of RTCP, which is delayed in both directions, and nowhere else', () => {
    const median = (run: CalibratedRun, name: string): number =>
      seriesOf(run.result, name, 'histogram').p50 ?? Number.NaN
    // Programs that start together take a while for their first calls; a delay would be in the quickest of them too.
    const least = (run: CalibratedRun, name: string): number =>
      seriesOf(run.result, name, 'histogram').min ?? Number.NaN
    console.info(`round trip ${median(slow, 'media.rtt')} ms, ${median(plain, 'media.rtt')} ms without the fault`)
    expect(slow.result.media.packetsLost).toBe(0)
    if (!isQuiet()) return
    expect(Math.abs(median(slow, 'media.rtt') - median(plain, 'media.rtt') - 160)).toBeLessThan(8)
    expect(Math.abs(jitterOf(slow) - jitterOf(plain))).toBeLessThan(2)
    expect(Math.abs(least(slow, 'session.srd') - least(plain, 'session.srd'))).toBeLessThan(40)
  })
})

describe('the fault of the signalling', () => {
  const busyMs = 10

  // Calls through a prompt gateway alternate with calls through a slow one, so that both meet the same machine.
  it('delays the session request by twice its amount, once for each forwarded message, within 2 ms', async () => {
    const { result } = await calibratedRun({ scenario: 'signalling-delay.yaml', set: { delay: '50ms' } })
    expect(result.calls.completed).toBe(result.calls.attempted)
    const [prompt, slow] = ['prompt', 'slow'].map((agent) => seriesOf(result, 'session.srd', 'histogram', { agent }))
    expect(Math.min(prompt?.count ?? 0, slow?.count ?? 0)).toBeGreaterThan(30)
    const own = prompt?.p50 ?? Number.NaN
    const growth = (slow?.p50 ?? Number.NaN) - own
    console.info(`session request delay grew by ${growth} ms from ${own} ms`)
    if (own > busyMs) {
      console.info(`the growth is not judged: without the fault the delay is ${own} ms`)
      return
    }
    expect(Math.abs(growth - 2 * 50)).toBeLessThan(2)
  })
})
