import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.js'
import { locateTargets, type TargetPlaces } from '../../src/load/targets.js'
import type { Target } from '../../src/model/scenario.js'
import type { DnsResolver } from '../../src/sip/locate/dns-resolver.js'
import { TargetGuard } from '../../src/transport/guard.js'

const target = (host: string, change: Partial<Target> = {}): Target => ({
  name: host,
  transport: 'tcp',
  host,
  port: 5060,
  path: '/',
  priority: 0,
  weight: 1,
  ...change,
})

/** Answers what its tables hold; every name asked for is noted. */
class Resolver implements DnsResolver {
  readonly asked: string[] = []
  readonly naptrOf: Record<string, string> = {}
  readonly srvOf: Record<string, { target: string; priority: number; weight: number }[]> = {}

  async naptr(name: string) {
    this.asked.push(`naptr ${name}`)
    const replacement = this.naptrOf[name]
    const record = { order: 1, preference: 1, flags: 's', service: 'SIP+D2T' }
    return replacement === undefined ? 'none' : [{ ...record, replacement }]
  }

  async srv(name: string) {
    this.asked.push(`srv ${name}`)
    return this.srvOf[name]?.map((record) => ({ ...record, port: 6000 })) ?? 'none'
  }

  async a(name: string) {
    // The name tells its addresses: `two.10` has two.
    const [count, net] = name.split('.')
    return count === 'two' ? [`10.0.${net}.1`, `10.0.${net}.2`] : [`10.0.${net}.1`]
  }

  async aaaa() {
    return 'none' as const
  }
}

const places = (targets: readonly Target[], resolver = new Resolver()): Promise<TargetPlaces> =>
  locateTargets(targets, 'tcp', resolver, new Rng(3), new TargetGuard([]))

/** Share of each host among the first places of many draws. */
function shares(located: TargetPlaces): Record<string, number> {
  const rng = new Rng(5)
  const counts: Record<string, number> = {}
  const draws = 20_000
  for (let n = 0; n < draws; n++) {
    const host = located.draw(rng)[0]?.address.host ?? ''
    counts[host] = (counts[host] ?? 0) + 100 / draws
  }
  return counts
}

describe('the places where phones of a group send', () => {
  it('are drawn anew for each phone by the weights of the scenario, equal ones equally', async () => {
    const even = shares(await places([target('10.0.1.1'), target('10.0.2.1')]))
    expect(even['10.0.1.1']).toBeGreaterThan(48)
    expect(even['10.0.1.1']).toBeLessThan(52)
    const uneven = shares(await places([target('10.0.1.1', { weight: 3 }), target('10.0.2.1')]))
    expect(uneven['10.0.1.1']).toBeGreaterThan(73)
    expect(uneven['10.0.1.1']).toBeLessThan(77)
  })

  it('are drawn by the weights of SRV records within one target, and the addresses of a name stay together', async () => {
    const resolver = new Resolver()
    resolver.srvOf['_sip._tcp.gw.test'] = [
      { target: 'two.1', priority: 1, weight: 90 },
      { target: 'one.2', priority: 1, weight: 10 },
      { target: 'one.3', priority: 2, weight: 99 },
    ]
    const located = await places([target('gw.test', { port: undefined })], resolver)
    const seen = shares(located)
    expect(seen['10.0.1.1']).toBeGreaterThan(88)
    expect(seen['10.0.2.1']).toBeGreaterThan(8)
    expect(Object.keys(seen).sort()).toEqual(['10.0.1.1', '10.0.2.1'])
    for (let seed = 0; seed < 20; seed++) {
      const hosts = located.draw(new Rng(seed)).map(({ address }) => address.host)
      expect(hosts.slice(hosts.indexOf('10.0.1.1')).slice(0, 2)).toEqual(['10.0.1.1', '10.0.1.2'])
      expect(hosts[3]).toBe('10.0.3.1')
    }
  })

  it('keep lower priorities of the scenario first, whatever the weights', async () => {
    const located = await places([
      target('10.0.1.1', { priority: 2, weight: 100 }),
      target('10.0.2.1', { priority: 1, weight: 0 }),
      target('10.0.3.1', { transport: 'udp' }),
    ])
    for (const drawn of [located.all, located.draw(new Rng(1))]) {
      expect(drawn.map(({ address }) => address.host)).toEqual(['10.0.2.1', '10.0.1.1'])
    }
  })

  it('are looked up by NAPTR only where the scenario leaves the transport open', async () => {
    const resolver = new Resolver()
    resolver.naptrOf['one.4'] = 'edge.test'
    resolver.srvOf['edge.test'] = [{ target: 'one.5', priority: 1, weight: 1 }]
    const open = await places([target('one.4', { port: undefined, anyTransport: true })], resolver)
    expect(open.all.map(({ address }) => address)).toEqual([{ host: '10.0.5.1', port: 6000 }])
    const named = await places([target('one.4', { port: undefined })], resolver)
    expect(named.all.map(({ address }) => address)).toEqual([{ host: '10.0.4.1', port: 5060 }])
    expect(resolver.asked).toEqual(['naptr one.4', 'srv edge.test', 'srv _sip._tcp.one.4'])
  })

  it('are the default port of the transport that is spoken, when DNS has neither NAPTR nor SRV', async () => {
    const open = await places([target('one.6', { port: undefined, anyTransport: true })])
    expect(open.all.map(({ address }) => address)).toEqual([{ host: '10.0.6.1', port: 5060 }])
  })
})
