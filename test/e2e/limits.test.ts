import { describe, expect, it } from 'vitest'
import { readResult, run, temporaryFolder, writeScenario } from './program.js'
import { field, reply, UdpSink } from './udp-sink.js'

const sdp = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n'

/** A gateway that answers every call at once and counts. */
async function answering(): Promise<UdpSink & { most: number }> {
  const open = new Set<string>()
  const sink = Object.assign(await new UdpSink().start(), { most: 0 })
  sink.answer = (text) => {
    const callId = field(text, 'Call-ID')
    if (text.startsWith('INVITE ')) {
      open.add(callId)
      sink.most = Math.max(sink.most, open.size)
      return [reply(text, '200 OK', `Contact: <sip:sink@127.0.0.1:${sink.port}>\r\n`, sdp)]
    }
    if (!text.startsWith('BYE ')) return []
    open.delete(callId)
    return [reply(text, '200 OK')]
  }
  return sink
}

const scenario = (sink: UdpSink, limits: string, load: string, steps = '- wait 100ms\n    - hang up'): string =>
  writeScenario(`version: 1
gateway: ${sink.url}
agents:
  phone: { count: 40, identity: "sip:\${100 + n}@lab.test", register: false, media: none }
flows:
  talk:
    - call: { from: phone, to: "sip:\${300 + call}@lab.test" }
    ${steps}
load: ${load}
limits: ${limits}
expect: [session.ser == 100%]
`)

/** The most INVITEs of different calls that any second held. */
function mostInASecond(sink: UdpSink): number {
  const first = new Map<string, number>()
  for (const { text, atMs } of sink.requests('INVITE')) {
    const key = `${field(text, 'Call-ID')} ${field(text, 'CSeq')}`
    if (!first.has(key)) first.set(key, atMs)
  }
  const times = [...first.values()].sort((a, b) => a - b)
  // 20 ms: what the sink sees is later than what was sent by a varying little.
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 980).length))
}

describe('the limits of a scenario', () => {
  it('hold calls per second below the cap, whatever the flow repeats', async () => {
    const sink = await answering()
    const steps =
      '- hang up\n    - repeat: { times: 3, steps: [{ call: { from: phone, to: "sip:9@lab.test" } }, hang up] }'
    const out = temporaryFolder()
    const file = scenario(sink, '{ calls per second: 6/s }', '{ rate: 5/s, for: 2s }', steps)
    const ended = await run(['run', file, '--out', out])
    await sink.stop()
    expect([0, 3], ended.err).toContain(ended.code)
    expect(readResult(out).calls.attempted).toBe(40)
    expect(mostInASecond(sink)).toBeLessThanOrEqual(6)
  })

  it('hold calls in progress below the cap', async () => {
    const sink = await answering()
    const out = temporaryFolder()
    const file = scenario(sink, '{ concurrent calls: 3 }', '{ rate: 20/s, calls: 20 }', '- wait 200ms\n    - hang up')
    const ended = await run(['run', file, '--out', out])
    await sink.stop()
    expect([0, 3], ended.err).toContain(ended.code)
    expect(readResult(out).calls.completed).toBe(20)
    expect(sink.most).toBeLessThanOrEqual(3)
    expect(sink.most).toBeGreaterThan(1)
  })

  it('keep every number away that is not among those allowed', async () => {
    const sink = await answering()
    const out = temporaryFolder()
    const file = scenario(sink, '{ numbers: ["300", "301"] }', '{ rate: 20/s, calls: 6 }')
    await run(['run', file, '--out', out])
    await sink.stop()
    const dialled = new Set(sink.requests('INVITE').map(({ text }) => text.split(' ')[1]))
    expect([...dialled].sort()).toEqual(['sip:300@lab.test', 'sip:301@lab.test'])
    const result = readResult(out)
    expect(result.calls.byOutcome).toMatchObject({ unexpected: 4 })
  })

  it('are checked against the load before anything is sent', async () => {
    const sink = await answering()
    const ended = await run(['run', scenario(sink, '{ calls per second: 5/s }', '{ rate: 50/s, calls: 50 }')])
    await sink.stop()
    expect(ended.code, ended.err).toBe(2)
    expect(ended.err).toContain('target/limit')
    expect(sink.received).toEqual([])
  })
})
