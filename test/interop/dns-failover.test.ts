import { beforeAll, expect, test } from 'vitest'
import { type Dnsmasq, startDnsmasq } from '../peers/dnsmasq.js'
import { freePort } from '../peers/free-port.js'
import { type Lab, startLab } from '../peers/lab.js'
import { header, respond } from '../peers/raw-message.js'
import { type RawServer, startRawServer } from '../peers/raw-server.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { runSiploadgen, scenarioFile } from '../peers/siploadgen.js'

/** Phones of the lab's domain that are sent through a domain without a port, which only DNS can place. */
const callsThrough = (gateway: string, transport: string, server: string): string =>
  scenarioFile(`version: 1
name: Calls by DNS
gateway: ${gateway}
dns: { servers: "${server}" }
timers: { t1: 15ms }
agents:
  caller:
    count: 4
    identity: sip:\${1000 + n}@lab.test
    password: p\${1000 + n}
    transport: ${transport}
    media: none
  callee:
    count: 4
    identity: sip:\${2000 + n}@lab.test
    password: p\${2000 + n}
    transport: ${transport}
    media: none
flows:
  talk: [{ call: { from: caller, to: callee } }, wait 100ms, hang up]
load: { flow: talk, rate: 10/s, calls: 8 }
expect: [session.ser == 100%, registration.ira == 0%]
`)

const servers = [
  { name: 'heavy', weight: 60 },
  { name: 'medium', weight: 30 },
  { name: 'light', weight: 10 },
]
const phones = 2000

const registrations = (gateway: string, server: string): string =>
  scenarioFile(`version: 1
name: Registrations by weight
gateway: ${gateway}
dns: { servers: "${server}" }
agents:
  phone: { count: ${phones}, identity: "sip:\${10000 + n}@weights.test", media: none }
load: { for: 100ms, registration rate: 2000/s }
expect: [registration.ira == 0%]
`)

/** Any REGISTER is accepted. */
const accepting = (): Promise<RawServer> =>
  startRawServer((request) => [respond(request, 200, 'OK', { toTag: 'r', headers: ['Expires: 3600'] })])

const users = ({ received }: RawServer): Set<string> => new Set(received.map((message) => header(message, 'To')))

describeWithPeers(['kamailio', 'dnsmasq'], 'a gateway that DNS places', () => {
  let lab: Lab
  let dns: Dnsmasq
  let silent: RawServer
  beforeAll(async () => {
    lab = await startLab({ rtpengine: false })
    silent = await startRawServer(() => [])
    const host = 'alive.test'
    // The names of the SRV records are such as only the NAPTR records tell.
    dns = await startDnsmasq({
      naptr: [
        { name: 'sip.test', order: 10, preference: 10, service: 'SIP+D2T', replacement: 'tcp.edge.test' },
        { name: 'sip.test', order: 10, preference: 20, service: 'SIP+D2U', replacement: 'udp.edge.test' },
      ],
      srv: [
        { name: 'tcp.edge.test', target: host, port: await freePort(), priority: 1, weight: 10 },
        { name: 'tcp.edge.test', target: host, port: lab.tcp, priority: 2, weight: 10 },
        { name: 'udp.edge.test', target: host, port: silent.port, priority: 1, weight: 10 },
        { name: 'udp.edge.test', target: host, port: lab.udp, priority: 2, weight: 10 },
        { name: '_sip._tcp.plain.test', target: host, port: lab.tcp, priority: 1, weight: 1 },
      ],
      a: [{ name: host, address: lab.address }],
    })
  })

  test('TCP: a target that refuses is passed over at once, and NAPTR tells where to look', async () => {
    const { code, result } = await runSiploadgen(callsThrough('sip.test', 'tcp', dns.server))
    expect(result).toMatchObject({
      calls: { attempted: 8, completed: 8, failed: 0 },
      agents: { caller: { registered: 4, registrationsFailed: 0 }, callee: { registered: 4, connections: 4 } },
    })
    expect(code).toBe(0)
    const connect = result?.metrics.find(({ name, tags }) => name === 'transport.connect' && !tags.agent)
    expect(connect).toMatchObject({ kind: 'histogram', count: 8 })
    expect(dns.queries()).toEqual(expect.arrayContaining(['NAPTR sip.test', 'SRV tcp.edge.test', 'A alive.test']))
    expect(dns.queries()).not.toContain('SRV _sip._tcp.sip.test')
  })

  test('UDP: phones leave a target that stays silent after Timer F, and their calls do not go there', async () => {
    const { code, result } = await runSiploadgen(callsThrough('sip.test', 'udp', dns.server))
    expect(result).toMatchObject({
      calls: { attempted: 8, completed: 8, failed: 0 },
      agents: { caller: { registered: 4, registrations: 4, registrationsFailed: 0 }, callee: { registered: 4 } },
    })
    expect(code).toBe(0)
    expect(users(silent).size).toBe(8)
    expect(silent.received.every((message) => message.startsWith('REGISTER '))).toBe(true)
    // 64*T1 of 15 ms before the other target is asked.
    const delay = result?.metrics.find(
      ({ name, tags }) => name === 'registration.rrd' && Object.keys(tags).length === 0,
    )
    if (delay?.kind !== 'histogram') throw new Error('registration.rrd is missing')
    expect(delay.min).toBeGreaterThan(960)
    expect(delay.max).toBeLessThan(1500)
  })

  test('a transport that the scenario names is looked up by SRV alone', async () => {
    const { code } = await runSiploadgen(callsThrough('tcp://plain.test', 'tcp', dns.server))
    expect(code).toBe(0)
    expect(dns.queries()).toContain('SRV _sip._tcp.plain.test')
    expect(dns.queries()).not.toContain('NAPTR plain.test')
  })

  test('a domain without a service for the transport is refused with its name', async () => {
    const { code, output } = await runSiploadgen(callsThrough('sip.test', 'tls', dns.server))
    expect(code).toBe(4)
    expect(output).toContain('sip.test for tls: the NAPTR records of sip.test offer no transport that is supported')
  })
})

describeWithPeers(['dnsmasq'], 'SRV records of one priority', () => {
  test('share the phones within 3 points of their weights', async () => {
    const living = await Promise.all(servers.map(() => accepting()))
    const dns = await startDnsmasq({
      srv: servers.map(({ weight }, index) => ({
        name: '_sip._udp.weights.test',
        target: 'alive.test',
        port: living[index]?.port ?? 0,
        priority: 1,
        weight,
      })),
      a: [{ name: 'alive.test', address: '127.0.0.1' }],
    })
    const { code } = await runSiploadgen(registrations('udp://weights.test', dns.server), { seed: 7 })
    expect(code).toBe(0)
    const counts = living.map((server) => users(server).size)
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(phones)
    for (const [index, { weight }] of servers.entries()) {
      expect(Math.abs(((counts[index] ?? 0) / phones) * 100 - weight)).toBeLessThan(3)
    }
  })
})
