import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { RateMeter, startLive } from '../../src/cli/live.js'
import { frame, type LiveContext, type LiveFrame, plainLine, progress } from '../../src/cli/live-frame.js'
import type { LiveSnapshot } from '../../src/metrics/live-view.js'

const live: LiveSnapshot = {
  elapsedMs: 65_000,
  attempted: 1300,
  established: 1200,
  concurrent: 95,
  completed: 1100,
  failed: 12,
  registered: 500,
  registrationsFailed: 0,
  setup: { p50: 81.25, p95: 133.5, p99: 240.04 },
  failures: [
    { cause: 'rejected 486', count: 9 },
    { cause: 'timeout', count: 3 },
  ],
  packetsSent: 60_000,
  packetsReceived: 59_940,
  packetsLost: 60,
}

const context: LiveContext = {
  title: 'Browsers call desk phones',
  phase: 'load',
  registering: 500,
  plannedMs: 130_000,
  plannedCalls: undefined,
  faults: [],
  warnings: [],
}

const view = (changes: { live?: Partial<LiveSnapshot>; context?: Partial<LiveContext> } = {}): LiveFrame => ({
  live: { ...live, ...changes.live },
  context: { ...context, ...changes.context },
  rates: { attempts: 20, packets: 9500 },
})

describe('the screen', () => {
  it('shows faults before warnings', () => {
    const context = { faults: ['gateway-1 dies since 60.0 s, for 9.0 s now'], warnings: ['late'] }
    expect(frame(view({ context }), 100)).toMatch(/ {2}⚡ gateway-1 dies since 60\.0 s, for 9\.0 s now\n {2}! late$/)
    expect(plainLine(view({ context }))).toContain('⚡ gateway-1 dies since 60.0 s, for 9.0 s now, ! late')
  })

  it('shows the run', () => {
    expect(frame(view({ context: { warnings: ['the event loop was late: p99 61 ms'] } }), 100)).toBe(
      [
        'Browsers call desk phones',
        `${'█'.repeat(20)}${'░'.repeat(20)}  load  1:05 of 2:10  50 %`,
        'calls 1300 attempted (20.0/s)  95 in progress  1100 completed  12 failed',
        'set-up p50 81.3  p95 134  p99 240 ms',
        'RTP 9500 packets/s, loss 0.10 %',
        '  ✗ 9 × rejected 486',
        '  ✗ 3 × timeout',
        '  ! the event loop was late: p99 61 ms',
      ].join('\n'),
    )
  })

  it.each([20, 40, 80, 200])('never wraps at %d columns', (width) => {
    const title = `a title ${'that goes on '.repeat(30)}`
    for (const line of frame(view({ context: { title } }), width).split('\n'))
      expect([...line].length).toBeLessThanOrEqual(width)
  })

  it('lets no foreign text move the cursor', () => {
    const failures = [{ cause: '\u001b[2Jrejected\n\u009b31m', count: 1 }]
    expect(frame(view({ live: { failures } }), 80).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  })

  it('has no set-up and no media before there are any', () => {
    const early = frame(
      view({ live: { setup: null, packetsSent: 0, packetsReceived: 0, packetsLost: 0, failures: [] } }),
      80,
    )
    expect(early).toContain('set-up –')
    expect(early).not.toContain('RTP')
  })
})

describe('progress', () => {
  it.each<[string, LiveFrame, number | undefined]>([
    ['of registration', view({ context: { phase: 'registering', registering: 2000 } }), 0.25],
    ['by time', view(), 0.5],
    ['by calls, when they come first', view({ context: { plannedCalls: 1300 } }), 1],
    ['by calls alone', view({ context: { plannedMs: undefined, plannedCalls: 2600 } }), 0.5],
    ['unknown', view({ context: { plannedMs: undefined } }), undefined],
    ['while draining', view({ context: { phase: 'draining' } }), 1],
  ])('%s', (_, given, expected) => {
    expect(progress(given)).toBe(expected)
  })
})

it('the plain line says it all in one', () => {
  expect(plainLine(view())).toBe(
    'load 50 %, 1300 attempted (20.0/s), 95 in progress, 1100 completed, 12 failed, ' +
      'set-up p50 81.3  p95 134  p99 240 ms, RTP 9500 packets/s, loss 0.10 %',
  )
  expect(plainLine(view({ context: { phase: 'registering' }, live: { registered: 10 } }))).toContain(
    '10/500 registered',
  )
})

it('rates are those of the last two seconds', () => {
  const meter = new RateMeter()
  const rates = [0, 1, 2, 3, 4, 5].map(
    (second) =>
      meter.rates({ ...live, attempted: second < 3 ? second * 100 : 200 + (second - 2) * 10 }, second * 1000).attempts,
  )
  expect(rates).toEqual([0, 100, 100, 55, 10, 10])
})

it('draws on a terminal over and over, and leaves nothing behind', async () => {
  const written: string[] = []
  const terminal = Object.assign(new PassThrough(), { isTTY: true as const, columns: 80, rows: 24 })
  terminal.on('data', (chunk: Buffer) => written.push(chunk.toString()))
  const stop = startLive({ live: () => live, context: () => context }, terminal)
  await sleep(600)
  stop()
  const drawn = written.join('')
  expect(drawn.split('Browsers call desk phones').length - 1).toBeGreaterThanOrEqual(1)
  const after = written.length
  await sleep(300)
  expect(written.length).toBe(after)
})
