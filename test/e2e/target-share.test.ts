import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { freePort } from '../peers/free-port.js'
import { readResult, run, temporaryFolder, writeScenario } from './program.js'
import { field, reply, UdpSink } from './udp-sink.js'

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** A server that is busy, and one that is overloaded. */
async function server(status: string, lines = ''): Promise<UdpSink> {
  const sink = await new UdpSink().start()
  sink.answer = (text) => (text.startsWith('INVITE ') ? [reply(text, status, lines)] : [])
  ends.push(() => void sink.stop())
  return sink
}

/** More calls on demand: `SIPLOADGEN_SHARE_CALLS=10000`, which must keep within two percentage points. */
const calls = Number(process.env.SIPLOADGEN_SHARE_CALLS ?? 1000)
/** Four standard deviations of a share that is drawn so often. */
const pointsOf = (share: number): number => (calls >= 10_000 ? 2 : 400 * Math.sqrt((share * (1 - share)) / calls))

const routed = (servers: readonly UdpSink[]): string => {
  const routes = servers.map(
    ({ url }, n) =>
      `  - { target: "${url}", name: ${'abcd'[n]}, priority: ${n < 2 ? 1 : 2}, weight: ${[5, 5, 1, 9][n]} }`,
  )
  return writeScenario(`version: 1
gateway:
${routes.join('\n')}
agents:
  caller: { count: 100, identity: "sip:\${100 + n}@lab.test", register: false, media: none }
flows:
  busy: [{ call: { from: caller, to: "sip:service@lab.test", expect: 486 } }]
load: { flow: busy, rate: ${calls >= 10_000 ? 200 : 250}/s, calls: ${calls} }
expect: [schedule.lag p50 < 1s]
seed: 11
`)
}

async function sharesOf(servers: readonly UdpSink[]): Promise<Map<string, number>> {
  const out = temporaryFolder()
  const ended = await run(['run', routed(servers), '--out', out, '--quiet'])
  expect([0, 3], ended.err).toContain(ended.code)
  const result = readResult(out)
  expect(result.calls.attempted).toBe(calls)
  expect(result.calls.byStatus).toEqual({ 486: calls })
  const shares = result.metrics.filter(({ name, tags }) => name === 'target.share' && Object.keys(tags).length === 1)
  return new Map(shares.map((series) => [series.tags.target ?? '', series.kind === 'ratio' ? (series.value ?? 0) : 0]))
}

describe('our agents', () => {
  it('honour weights 5:5 within the first priority group, and leave the second alone', async () => {
    const servers = await Promise.all([1, 2, 3, 4].map(() => server('486 Busy Here')))
    const shares = await sharesOf(servers)
    expect([...shares.keys()].sort()).toEqual(['a', 'b'])
    expect(Math.abs((shares.get('a') ?? 0) - 50)).toBeLessThan(pointsOf(0.5))
  }, 120_000)

  it('honour weights 1:9 within the second when the first is overloaded, as long as its Retry-After says', async () => {
    const overloaded = await Promise.all([1, 2].map(() => server('503 Service Unavailable', 'Retry-After: 600\r\n')))
    const busy = await Promise.all([3, 4].map(() => server('486 Busy Here')))
    const shares = await sharesOf([...overloaded, ...busy])
    expect([...shares.keys()].sort()).toEqual(['c', 'd'])
    expect(Math.abs((shares.get('c') ?? 0) - 10)).toBeLessThan(pointsOf(0.1))
    // Calls that are begun before the first 503 is back cannot know of it.
    for (const sink of overloaded) {
      expect(sink.requests('INVITE').length).toBeGreaterThan(0)
      expect(sink.requests('INVITE').length).toBeLessThan(calls / 20)
    }
  }, 120_000)
})

/** A gateway that spreads calls over two places: every `heavy` of ten to the first. Stateless, by Call-ID. */
async function spreading(places: readonly number[], heavy: number): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  ends.push(() => socket.close())
  const { port } = socket.address()
  const routes = new Map<string, { readonly place: number; readonly caller: RemoteInfo }>()
  socket.on('message', (bytes, from) => {
    const text = bytes.toString('latin1')
    const callId = field(text, 'Call-ID')
    if (text.startsWith('SIP/2.0 ')) {
      const route = routes.get(callId)
      const [own = ''] = /Via:[^\r]*\r\n/.exec(text) ?? []
      if (route) socket.send(Buffer.from(text.replace(own, ''), 'latin1'), route.caller.port, route.caller.address)
      return
    }
    if (!/^(INVITE|ACK|CANCEL) /.test(text)) return
    const known = routes.get(callId) ?? {
      place: places[routes.size % 10 < heavy ? 0 : 1] ?? 0,
      caller: from,
    }
    routes.set(callId, known)
    const branch = /branch=([^;\s]+)/.exec(text)?.[1] ?? ''
    const via = `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=${branch}x\r\n`
    socket.send(Buffer.from(text.replace('\r\n', `\r\n${via}`), 'latin1'), known.place, '127.0.0.1')
  })
  return port
}

describe('a gateway that spreads calls over two carriers', () => {
  it.each([
    [5, 0],
    [7, 1],
  ])(
    '%i of ten to the first of two that should share alike: exit code %i',
    async (heavy, code) => {
      const places = [await freePort(), await freePort()]
      const gateway = await spreading(places, heavy)
      const carrier = (n: number): string => `
  carrier-${n}:
    count: 1
    identity: sip:service@lab.test
    register: false
    listen: 127.0.0.1:${places[n]}
    media: none
    calls at once: 50
    when called: [answer]`
      const file = writeScenario(`version: 1
gateway: udp://127.0.0.1:${gateway}
agents:
  caller: { count: 20, identity: "sip:\${100 + n}@lab.test", register: false, media: none }${carrier(0)}${carrier(1)}
flows:
  talk:
    - call: { from: caller, to: "sip:service@lab.test" }
    - wait 50ms
    - hang up
load: { flow: talk, rate: 50/s, calls: 100 }
expect:
  - session.ser == 100%
  - target.share >= 48% where target = 127.0.0.1:${places[0]}
  - target.share <= 52% where target = 127.0.0.1:${places[0]}
`)
      const out = temporaryFolder()
      const ended = await run(['run', file, '--out', out, '--quiet'])
      const result = readResult(out)
      // A busy machine makes a run inconclusive, whatever its shares.
      expect(ended.code, ended.out + ended.err).toBe(result.generator.saturated ? 3 : code)
      expect(result.checks.some(({ verdict }) => verdict === 'fail')).toBe(code === 1)
      const share = result.metrics.find(
        ({ name, tags }) => name === 'target.share' && tags.target === `127.0.0.1:${places[0]}`,
      )
      expect(share).toMatchObject({ numerator: heavy * 10, denominator: 100 })
    },
    60_000,
  )
})
