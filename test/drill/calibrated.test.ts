import { createSocket } from 'node:dgram'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from 'dns-packet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sleep } from '../../src/base/clock.js'
import { WheelClock } from '../../src/base/wheel-clock.js'
import { DnsServer } from '../../src/drill/dns/dns-server.js'
import { parseRecord, Zone, type ZoneRecord } from '../../src/drill/dns/zone.js'
import type { Scene } from '../../src/drill/fault.js'
import { FaultCourse } from '../../src/drill/fault-course.js'
import { faultOf } from '../../src/drill/faults/registry.js'
import { Journal } from '../../src/drill/journal.js'
import { ImpairmentRelay } from '../../src/drill/relay/impairment-relay.js'
import { type GatewayHandle, startEmbeddedGateway } from '../../src/gateway/embedded.js'
import type { Address } from '../../src/model/address.js'
import type { FaultEvent } from '../../src/model/fault-event.js'

const OUTAGE_MS = 3000
const PROBE_MS = 5
const APART_MS = 200
/** What is meant is 20 ms, and is met on a machine at rest; tests run on busy ones. */
const TOLERANCE_MS = 150

/** Asks an address again and again, and knows the longest time without an answer. */
class Probe {
  longestMs = 0
  #lastMs = performance.now()
  readonly #socket = createSocket('udp4')
  readonly #timer: NodeJS.Timeout

  constructor(to: Address, question: Buffer) {
    this.#socket.on('message', () => {
      const nowMs = performance.now()
      this.longestMs = Math.max(this.longestMs, nowMs - this.#lastMs)
      this.#lastMs = nowMs
    })
    this.#socket.on('error', () => {})
    this.#timer = setInterval(() => this.#socket.send(question, to.port, to.host), PROBE_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#socket.close()
  }
}

let asked = 0
const options = (to: Address): Buffer =>
  Buffer.from(
    `OPTIONS sip:${to.host}:${to.port} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bK${asked++}\r\n` +
      'Max-Forwards: 0\r\nFrom: <sip:probe@lab.test>;tag=1\r\nTo: <sip:lab.test>\r\nCall-ID: probe\r\n' +
      'CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n',
  )

const folder = mkdtempSync(join(tmpdir(), 'siploadgen-calibrated-'))
const clock = new WheelClock()
let gateways: GatewayHandle
let relay: ImpairmentRelay
let dns: DnsServer
let scene: Scene
const closers: (() => void | Promise<void>)[] = []

beforeAll(async () => {
  gateways = await startEmbeddedGateway({ instances: 4, transports: ['udp'], algorithms: [] })
  relay = new ImpairmentRelay(1)
  dns = await DnsServer.start(new Zone([parseRecord('gw.test A 10.0.0.5') as ZoneRecord]))
  const instance = (name: string) => {
    const found = gateways.instances.find((each) => each.name === name)
    if (!found) throw new Error(`there is no ${name}`)
    return found
  }
  scene = { run: 'calibrated', relay, dns, tell: () => {}, instance }
})

afterAll(async () => {
  for (const close of closers) await close()
  await Promise.all([gateways.stop(), relay.stop(), dns.close()])
  rmSync(folder, { recursive: true, force: true })
})

const addressOf = (name: string): Address => {
  const target = gateways.targets.find((each) => each.name === name)
  return { host: target?.host ?? '', port: target?.port ?? 0 }
}

/** Makes all of these faults, each for as long as the outage; gives what the drill says of each. */
async function make(faults: readonly (readonly [string, unknown])[]): Promise<FaultEvent[]> {
  const owner = { pid: process.pid, startTicks: '0' }
  const journal = Journal.begin(folder, { run: 'calibrated', scenario: 'calibrated', startedAt: '', owner })
  const events = new Map<number, FaultEvent>()
  const source = { file: 'f.yaml', line: 1, column: 1 }
  const startMs = clock.nowMs() + 1000
  for (const [id, [kind, settings]] of faults.entries()) {
    const prepared = await faultOf(kind).prepare(settings, scene, id)
    if (typeof prepared === 'string') throw new Error(`${kind}: ${prepared}`)
    await prepared.standBy?.()
    // One after the other begins, so that none makes another late.
    const times = { atMs: id * APART_MS, forMs: OUTAGE_MS, flapping: undefined }
    const planned = { id, name: kind, kind, source, ...times, target: undefined, settings }
    const tell = (event: FaultEvent): void => void events.set(event.id, event)
    new FaultCourse(planned, prepared, { clock, journal, tell }).start(Math.max(startMs, clock.nowMs()))
  }
  await sleep(clock, 1000 + faults.length * APART_MS + OUTAGE_MS + 1000)
  return [...events.values()]
}

describe('an outage of 3.0 s', () => {
  test('is made for so long by each kind of fault, as whoever asks sees it', async () => {
    const relayed = await relay.open('gateway-4', 'udp', '127.0.0.1', addressOf('gateway-4'))
    const dnsAddress = { host: '127.0.0.1', port: Number(dns.address.split(':')[1]) }
    const question = encode({ type: 'query', id: 1, questions: [{ type: 'A', name: 'gw.test' }] })
    const probed: Record<string, [Address, Buffer]> = {
      kill: [addressOf('gateway-1'), options(addressOf('gateway-1'))],
      'kill signalling': [addressOf('gateway-2'), options(addressOf('gateway-2'))],
      signal: [addressOf('gateway-3'), options(addressOf('gateway-3'))],
      impair: [relayed, options(relayed)],
      dns: [dnsAddress, question],
    }
    const probes = Object.entries(probed).map(([kind, [to, text]]) => [kind, new Probe(to, text)] as const)
    const called: number[] = []
    const server = createServer((_, response) => {
      called.push(performance.now())
      response.end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closers.push(() => void server.close())
    const port = (server.address() as { port: number }).port
    const stamp = `date +%s%N >> ${join(folder, 'stamps')}`
    const events = await make([
      ['kill', 'gateway-1'],
      ['kill signalling', 'gateway-2'],
      ['signal', { send: 'STOP', gateway: 'gateway-3' }],
      ['impair', { target: 'gateway-4', silence: true }],
      ['dns', { answers: 'silence' }],
      ['command', { run: stamp, undo: stamp }],
      ['http', { url: `http://127.0.0.1:${port}/break`, undo: { url: `http://127.0.0.1:${port}/mend` } }],
    ])
    for (const [, probe] of probes) probe.stop()
    const [made = 0n, mended = 0n] = readFileSync(join(folder, 'stamps'), 'utf8')
      .trim()
      .split('\n')
      .slice(-2)
      .map(BigInt)
    const seenMs: Record<string, number> = {
      ...Object.fromEntries(probes.map(([kind, probe]) => [kind, probe.longestMs])),
      command: Number(mended - made) / 1e6,
      http: (called[1] ?? 0) - (called[0] ?? 0),
    }
    const told = Object.fromEntries(events.map(({ kind, atMs, endMs = 0 }) => [kind, endMs - atMs]))
    process.stderr.write(`outages seen and told, in ms: ${JSON.stringify({ seenMs, told })}\n`)
    expect(events.filter(({ undone, problem }) => !undone || problem !== undefined)).toEqual([])
    for (const [kind, ms] of Object.entries(seenMs)) {
      expect(Math.abs(ms - OUTAGE_MS), `${kind} was seen for ${ms} ms`).toBeLessThan(TOLERANCE_MS)
      expect(Math.abs((told[kind] ?? 0) - ms), `${kind} was told as ${told[kind]} ms`).toBeLessThan(TOLERANCE_MS)
    }
  })
})
