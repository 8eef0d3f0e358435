import { describe, expect, it } from 'vitest'
import { Rng } from '../../../src/base/rng.js'
import type { TransportName } from '../../../src/model/address.js'
import type { Candidate } from '../../../src/sip/locate/candidate.js'
import type { Answer, DnsResolver, NaptrRecord, SrvRecord } from '../../../src/sip/locate/dns-resolver.js'
import { type LocateTarget, locate } from '../../../src/sip/locate/locate.js'

interface Zone {
  readonly naptr?: Record<string, Answer<NaptrRecord>>
  readonly srv?: Record<string, Answer<SrvRecord>>
  readonly a?: Record<string, Answer<string>>
  readonly aaaa?: Record<string, Answer<string>>
}

class ZoneResolver implements DnsResolver {
  readonly asked: string[] = []
  readonly #zone: Zone
  constructor(zone: Zone) {
    this.#zone = zone
  }
  #ask<T>(type: string, name: string, table: Record<string, Answer<T>> | undefined): Promise<Answer<T>> {
    this.asked.push(`${type} ${name}`)
    return Promise.resolve(table?.[name] ?? 'none')
  }
  naptr = (name: string): Promise<Answer<NaptrRecord>> => this.#ask('NAPTR', name, this.#zone.naptr)
  srv = (name: string): Promise<Answer<SrvRecord>> => this.#ask('SRV', name, this.#zone.srv)
  a = (name: string): Promise<Answer<string>> => this.#ask('A', name, this.#zone.a)
  aaaa = (name: string): Promise<Answer<string>> => this.#ask('AAAA', name, this.#zone.aaaa)
}

const srv = (target: string, port: number, priority = 0, weight = 0): SrvRecord => ({ priority, weight, port, target })
const naptr = (order: number, preference: number, service: string, replacement: string, flags = 's'): NaptrRecord => ({
  order,
  preference,
  flags,
  service,
  replacement,
})

const a = { 'gw.test': ['192.0.2.1'], 'one.test': ['192.0.2.11'], 'two.test': ['192.0.2.12', '192.0.2.13'] }

// The NAPTR and SRV records of RFC 3263 4.1 and 4.2, with a WebSocket added.
const rfc3263: Zone = {
  naptr: {
    'gw.test': [
      naptr(90, 50, 'SIP+D2T', '_sip._tcp.gw.test'),
      naptr(50, 50, 'SIPS+D2T', '_sips._tcp.gw.test'),
      naptr(100, 50, 'SIP+D2U', '_sip._udp.gw.test'),
      naptr(100, 60, 'SIP+D2W', '_sip._ws.gw.test'),
      naptr(10, 50, 'SIP+D2S', '_sip._sctp.gw.test'),
      naptr(15, 50, 'SIP+D2U', 'one.test', 'a'),
      naptr(16, 50, 'SIP+D2T', '_sip._udp.gw.test', ''),
      naptr(20, 50, 'E2U+sip', '!^.*$!sip:info@gw.test!', 'u'),
    ],
  },
  srv: {
    '_sips._tcp.gw.test': [srv('one.test', 5061)],
    '_sip._tcp.gw.test': [srv('two.test', 5062, 1), srv('one.test', 5060, 0)],
    '_sip._udp.gw.test': [srv('one.test', 5060)],
    '_sip._ws.gw.test': [srv('one.test', 8080)],
  },
  a,
}

const byPort = { a: { ...a }, aaaa: { 'gw.test': ['2001:db8::1'] } }

interface Row {
  readonly title: string
  readonly target: Partial<LocateTarget>
  readonly zone?: Zone
  readonly transports?: readonly TransportName[]
  readonly expected: readonly string[] | string
  readonly asked?: readonly string[]
}

const show = (candidate: Candidate): string =>
  `${candidate.transport} ${candidate.address.host}:${candidate.address.port} ${candidate.priority}/${candidate.weight}`

const rows: readonly Row[] = [
  { title: 'a number is UDP', target: { host: '192.0.2.9' }, expected: ['udp 192.0.2.9:5060 0/0'], asked: [] },
  {
    title: 'a number with sips is TLS',
    target: { host: '192.0.2.9', sips: true },
    expected: ['tls 192.0.2.9:5061 0/0'],
  },
  {
    title: 'a number keeps port and transport',
    target: { host: '[2001:db8::9]', port: 5080, transport: 'TCP' },
    expected: ['tcp 2001:db8::9:5080 0/0'],
    asked: [],
  },
  {
    title: 'ws with sip has port 80',
    target: { host: '192.0.2.9', transport: 'ws' },
    expected: ['ws 192.0.2.9:80 0/0'],
  },
  {
    title: 'ws with sips is WSS on port 443',
    target: { host: '192.0.2.9', transport: 'ws', sips: true },
    expected: ['wss 192.0.2.9:443 0/0'],
  },
  {
    title: 'tcp with sips is TLS',
    target: { host: '192.0.2.9', transport: 'tcp', sips: true },
    expected: ['tls 192.0.2.9:5061 0/0'],
  },
  {
    title: 'udp with sips cannot be',
    target: { host: '192.0.2.9', transport: 'udp', sips: true },
    expected: 'unsupported',
  },
  { title: 'an unknown transport is refused', target: { host: 'gw.test', transport: 'sctp' }, expected: 'unsupported' },
  {
    title: 'a transport that is not ours is refused',
    target: { host: 'gw.test', transport: 'tcp' },
    transports: ['udp'],
    expected: 'unsupported',
  },
  {
    title: 'a name with a port asks for addresses only',
    target: { host: 'gw.test', port: 5070 },
    zone: byPort,
    expected: ['udp 192.0.2.1:5070 0/0', 'udp 2001:db8::1:5070 0/0'],
    asked: ['A gw.test', 'AAAA gw.test'],
  },
  {
    title: 'a name with a port and sips is TLS',
    target: { host: 'gw.test', port: 5070, sips: true },
    zone: { a },
    expected: ['tls 192.0.2.1:5070 0/0'],
  },
  {
    title: 'NAPTR in order, then SRV by priority',
    target: { host: 'gw.test' },
    zone: rfc3263,
    expected: [
      'tls 192.0.2.11:5061 0/0',
      'tcp 192.0.2.11:5060 0/0',
      'tcp 192.0.2.12:5062 1/0',
      'tcp 192.0.2.13:5062 1/0',
      'udp 192.0.2.11:5060 0/0',
      'ws 192.0.2.11:8080 0/0',
    ],
  },
  {
    title: 'NAPTR with sips uses secure services only',
    target: { host: 'gw.test', sips: true },
    zone: rfc3263,
    expected: ['tls 192.0.2.11:5061 0/0'],
  },
  {
    title: 'NAPTR uses what we speak only',
    target: { host: 'gw.test' },
    zone: rfc3263,
    transports: ['udp', 'ws'],
    expected: ['udp 192.0.2.11:5060 0/0', 'ws 192.0.2.11:8080 0/0'],
  },
  {
    title: 'NAPTR without anything that we speak',
    target: { host: 'gw.test' },
    zone: rfc3263,
    transports: ['wss'],
    expected: 'unsupported',
  },
  {
    title: 'a transport parameter asks SRV without NAPTR',
    target: { host: 'gw.test', transport: 'tcp' },
    zone: rfc3263,
    expected: ['tcp 192.0.2.11:5060 0/0', 'tcp 192.0.2.12:5062 1/0', 'tcp 192.0.2.13:5062 1/0'],
    asked: ['SRV _sip._tcp.gw.test', 'A one.test', 'AAAA one.test', 'A two.test', 'AAAA two.test'],
  },
  {
    title: 'without NAPTR, SRV of every transport that we speak, in our order',
    target: { host: 'gw.test' },
    zone: { ...rfc3263, naptr: {} },
    transports: ['tcp', 'udp'],
    expected: [
      'tcp 192.0.2.11:5060 0/0',
      'tcp 192.0.2.12:5062 1/0',
      'tcp 192.0.2.13:5062 1/0',
      'udp 192.0.2.11:5060 0/0',
    ],
  },
  {
    title: 'without SRV, addresses and UDP',
    target: { host: 'gw.test' },
    zone: { a },
    expected: ['udp 192.0.2.1:5060 0/0'],
  },
  {
    title: 'without SRV, addresses and TLS for sips',
    target: { host: 'gw.test', sips: true },
    zone: { a },
    expected: ['tls 192.0.2.1:5061 0/0'],
  },
  {
    title: 'without SRV for the transport, its default port',
    target: { host: 'gw.test', transport: 'wss' },
    zone: { a },
    expected: ['wss 192.0.2.1:443 0/0'],
  },
  {
    title: 'a trailing dot is not part of the name',
    target: { host: 'gw.test.', port: 5060 },
    zone: { a },
    expected: ['udp 192.0.2.1:5060 0/0'],
  },
  {
    title: 'an SRV target "." means no service, and no fallback',
    target: { host: 'gw.test', transport: 'udp' },
    zone: { a, srv: { '_sip._udp.gw.test': [srv('.', 0)] } },
    expected: 'not-found',
  },
  {
    title: 'an SRV target without address leaves the others',
    target: { host: 'gw.test', transport: 'udp' },
    zone: { a, srv: { '_sip._udp.gw.test': [srv('gone.test', 5060, 0, 1), srv('one.test', 5066, 1, 7)] } },
    expected: ['udp 192.0.2.11:5066 1/7'],
  },
  { title: 'a name without any record', target: { host: 'nowhere.test' }, zone: {}, expected: 'not-found' },
  {
    title: 'a failing address lookup',
    target: { host: 'gw.test', port: 5060 },
    zone: { a: { 'gw.test': 'failure' } },
    expected: 'dns-failure',
  },
  {
    title: 'one family that fails leaves the other',
    target: { host: 'gw.test', port: 5060 },
    zone: { a, aaaa: { 'gw.test': 'failure' } },
    expected: ['udp 192.0.2.1:5060 0/0'],
  },
  {
    title: 'a failing SRV lookup is not taken for an absent one',
    target: { host: 'gw.test', transport: 'udp' },
    zone: { a, srv: { '_sip._udp.gw.test': 'failure' } },
    expected: 'dns-failure',
  },
  {
    title: 'a failing SRV lookup during discovery keeps from guessing',
    target: { host: 'gw.test' },
    zone: { a, srv: { '_sip._tcp.gw.test': 'failure' } },
    expected: 'dns-failure',
  },
  {
    title: 'a failing NAPTR lookup goes on with SRV',
    target: { host: 'gw.test' },
    zone: { a, naptr: { 'gw.test': 'failure' }, srv: { '_sip._udp.gw.test': [srv('one.test', 5066)] } },
    expected: ['udp 192.0.2.11:5066 0/0'],
  },
]

describe('locate', () => {
  it.each(rows)('$title', async ({ target, zone, transports, expected, asked }) => {
    const resolver = new ZoneResolver(zone ?? {})
    const full: LocateTarget = { host: '', port: undefined, sips: false, transport: undefined, ...target }
    const found = await locate(full, resolver, new Rng(1), transports ? { transports } : {})
    expect(Array.isArray(found) ? found.map(show) : found.failure).toEqual(expected)
    if (asked) expect(resolver.asked).toEqual(asked)
  })

  it('asks for the wanted address family only', async () => {
    const resolver = new ZoneResolver(byPort)
    const target = { host: 'gw.test', port: 1, sips: false, transport: undefined }
    const found = await locate(target, resolver, new Rng(1), { families: [6] })
    expect(found).toMatchObject([{ address: { host: '2001:db8::1', port: 1 }, name: 'gw.test' }])
    expect(resolver.asked).toEqual(['AAAA gw.test'])
  })
})
