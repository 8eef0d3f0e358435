import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/model/result.js'
import { type Ended, expectPass, readResult, run, scenarioFile, temporaryFolder } from './program.js'
import { field, reply, UdpSink } from './udp-sink.js'

interface Shortened {
  readonly name: string
  /** Inputs, where the scenario has some that make it short. */
  readonly set?: readonly string[]
  /** Where it has none: what to replace in a copy. */
  readonly replace?: readonly (readonly [string, string])[]
  check(result: RunResult): void
}

const completed = (calls: number) => (result: RunResult) =>
  expect(result.calls).toMatchObject({ attempted: calls, completed: calls, failed: 0 })

const shortened: readonly Shortened[] = [
  {
    name: 'all-transports',
    replace: [
      ['rate: 2/s', 'rate: 5/s'],
      ['calls: 30', 'calls: 15'],
    ],
    check(result) {
      completed(15)(result)
      expect(result.agents['over-wss']).toMatchObject({ count: 4, registered: 4, connections: 4 })
    },
  },
  {
    name: 'answer-only',
    set: ['time=1s'],
    check: (result) => expect(result.agents.phone).toMatchObject({ count: 10, registered: 10 }),
  },
  {
    name: 'basic-call',
    replace: [
      ['rate: 1/s', 'rate: 4/s'],
      ['talk 2s', 'talk 300ms'],
      ['count: 5', 'count: 10'],
    ],
    check(result) {
      expect(result.calls).toMatchObject({ attempted: 10, failed: 0 })
      const { completed: talked = 0, cancelled = 0 } = result.calls.byOutcome
      expect(talked + cancelled).toBe(10)
    },
  },
  ...['browser-to-phone', 'phone-to-browser', 'browser-to-browser'].map((name) => ({
    name,
    set: ['calls=4', 'pairs=4', 'talk=2s'],
    // One hiccup of the machine is the 95th percentile of four calls.
    replace: [['session.setup p95 < 2s', 'session.setup p95 < 10s']] as const,
    check: completed(4),
  })),
  {
    name: 'closed-model',
    replace: [
      ['over 5s', 'over 1s'],
      ['hold 15s', 'hold 2s'],
      ['normal 3s +- 500ms', '500ms'],
    ],
    check(result) {
      expect(result.calls.failed).toBe(0)
      expect(result.calls.completed).toBeGreaterThan(15)
      expect(Math.max(...result.timeline.points.map(({ concurrent }) => concurrent))).toBeLessThanOrEqual(10)
    },
  },
  {
    name: 'dtmf-through-gateway',
    set: ['calls=5'],
    replace: [['rate: 2/s', 'rate: 5/s']],
    check: completed(5),
  },
  {
    name: 'early-media',
    set: ['calls=5'],
    replace: [
      ['rate: 2/s', 'rate: 5/s'],
      // One hiccup of the machine is the 95th percentile of five calls.
      ['media.first_packet p95 <= 20ms', 'media.first_packet p50 <= 20ms'],
    ],
    check: completed(5),
  },
  { name: 'exact-messages', check: (result) => expect(result.calls.byStatus).toEqual({ 483: 3 }) },
  {
    name: 'hold-and-resume',
    set: ['calls=5'],
    replace: [['rate: 2/s', 'rate: 5/s']],
    check: completed(5),
  },
  {
    name: 'ramp-to-limit',
    set: ['peak=10/s'],
    replace: [
      ['over 20s', 'over 2s'],
      ['hold 10s', 'hold 1s'],
      ['warmup: 2s', 'warmup: 1s'],
      ['exponential 2s', 'exponential 200ms'],
      ['count: 200', 'count: 60'],
      // With twenty calls one hiccup of the machine is the 99th percentile: the limits are not what is tested here.
      ['session.setup p95 < 800ms', 'session.setup p95 < 8s'],
      ['schedule.lag p99 < 100ms', 'schedule.lag p99 < 5s'],
    ],
    check(result) {
      const attempted = result.timeline.points.reduce((sum, point) => sum + point.attempted, 0)
      // The first second is the warm-up: its calls are in the timeline and are not judged.
      expect(result.calls.attempted).toBeLessThan(attempted)
      expect(result.calls.failed).toBe(0)
    },
  },
  {
    name: 'register-storm',
    set: ['phones=200', 'rate=200/s'],
    replace: [['for: 5s', 'for: 200ms']],
    check(result) {
      expect(result.agents.phone).toMatchObject({ count: 200, registered: 200 })
      const ira = result.metrics.find(({ name, tags }) => name === 'registration.ira' && Object.keys(tags).length === 0)
      expect(ira).toMatchObject({ numerator: 0, denominator: 200 })
    },
  },
  {
    name: 'srtp-phone-to-rtp-phone',
    set: ['talk=600ms'],
    check(result) {
      completed(10)(result)
      const failures = result.metrics.find(
        ({ name, tags }) => name === 'media.srtp_failures' && Object.keys(tags).length === 0,
      )
      expect(failures).toMatchObject({ numerator: 0 })
      // Only what is heard under SRTP counts: the callers' half.
      const { packetsReceived } = result.media
      expect((failures as { denominator: number }).denominator).toBeGreaterThan(packetsReceived / 3)
      expect((failures as { denominator: number }).denominator).toBeLessThan(packetsReceived * (2 / 3))
    },
  },
]

async function runShortened({ name, set = [], replace = [] }: Shortened): Promise<{ ended: Ended; result: RunResult }> {
  const folder = temporaryFolder()
  let file = scenarioFile(name)
  if (replace.length > 0) {
    let text = readFileSync(file, 'utf8')
    for (const [from, to] of replace) {
      expect(text).toContain(from)
      text = text.replaceAll(from, to)
    }
    file = join(folder, `${name}.yaml`)
    writeFileSync(file, text)
  }
  const out = join(folder, 'out')
  const ended = await run(['run', file, '--out', out, '--quiet', ...set.flatMap((pair) => ['--set', pair])])
  expect(ended.code === 0 || ended.code === 3, ended.err).toBe(true)
  return { ended, result: readResult(out) }
}

describe('the scenario', () => {
  it.each(shortened)('$name passes against the embedded gateway', async (shorter) => {
    const { ended, result } = await runShortened(shorter)
    expectPass(ended, result)
    shorter.check(result)
    expect(ended.out).toBe('')
    expect(ended.err).toBe('')
  })

  it('sipp-uas passes against a UAS without registrar or media', async () => {
    const uas = await new UdpSink().start()
    const contact = `Contact: <sip:uas@127.0.0.1:${uas.port}>\r\n`
    const body = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n'
    uas.answer = (text) => {
      if (text.startsWith('INVITE ')) return [reply(text, '180 Ringing', contact), reply(text, '200 OK', contact, body)]
      return text.startsWith('BYE ') ? [reply(text, '200 OK')] : []
    }
    const out = temporaryFolder()
    const set = [`target=127.0.0.1:${uas.port}`, 'calls=20', 'rate=20/s'].flatMap((pair) => ['--set', pair])
    const ended = await run(['run', scenarioFile('sipp-uas'), '--out', out, ...set])
    await uas.stop()
    const result = readResult(out)
    expectPass(ended, result)
    completed(20)(result)
    expect(new Set(uas.requests('ACK').map(({ text }) => field(text, 'Call-ID'))).size).toBe(20)
  })

  it('every file in scenarios/ is run here or by another test', () => {
    const files = readdirSync(dirname(scenarioFile('quickstart')))
    // By quickstart and shared-port beside this file, above, and by test/interop/kamailio-scenarios.test.ts.
    const elsewhere = ['quickstart', 'shared-port', 'sipp-uas', 'transcoding']
    const known = [...shortened.map(({ name }) => name), ...elsewhere].map((name) => `${name}.yaml`)
    expect(files.filter((file) => file.endsWith('.yaml')).sort()).toEqual(known.sort())
  })

  it('every file in scenarios/ is described in its README', () => {
    const folder = dirname(scenarioFile('quickstart'))
    const described = readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/^\| \[`([\w-]+\.yaml)`\]/gm)
    const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'))
    expect([...described].map(([, file]) => file).sort()).toEqual(files.sort())
  })
})
