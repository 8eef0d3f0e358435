import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.js'
import { CurrentPlaces, locateTargets } from '../../src/load/targets.js'
import type { Target } from '../../src/model/scenario.js'
import { TargetGuard } from '../../src/transport/guard.js'
import { Witness } from './bench.js'
import { TargetStation, targetAt } from './target-station.js'

const nobody = async () => 'none' as const
const resolver = { naptr: nobody, srv: nobody, a: nobody, aaaa: nobody }

const target = (name: string, host: string, priority: number, weight: number): Target => ({
  name,
  transport: 'udp',
  host,
  port: 5060,
  path: '/',
  priority,
  weight,
})

/** Two priority groups: 5:5, and 1:9 when the first has failed. */
const routes = [
  target('a', '10.0.0.1', 1, 5),
  target('b', '10.0.0.2', 1, 5),
  target('c', '10.0.0.3', 2, 1),
  target('d', '10.0.0.4', 2, 9),
]

async function trunk(): Promise<TargetStation> {
  const located = await locateTargets(routes, 'udp', resolver, new Rng(1), new TargetGuard([]))
  const clock = { nowMs: () => 0 } as TargetStation['clock']
  const places = new CurrentPlaces(located, new Rng(21, 'targets'), clock, undefined, () => {})
  return new TargetStation(located.all, places, { expiresSeconds: undefined })
}

/** Calls one after the other, 20 ms apart, each refused or accepted by whoever gets it. */
async function callTimes(station: TargetStation, calls: number): Promise<Map<string, number>> {
  const served = new Map<string, number>()
  for (let n = 0; n < calls; n++) {
    const session = station.phone.createCall(new Witness())
    session.invite({ uri: 'sip:2001@lab.test', headers: [], delayedOffer: false })
    await station.clock.advanceAsync(20)
    served.set(session.target, (served.get(session.target) ?? 0) + 1)
  }
  return served
}

const share = (served: ReadonlyMap<string, number>, name: string, calls: number): number =>
  (100 * (served.get(name) ?? 0)) / calls

describe('10,000 calls of a trunk over weighted routes in two priority groups', () => {
  const calls = 10_000

  it('are shared 5:5 within the first group, and none goes to the second', async () => {
    const station = await trunk()
    station.react = () => ({ status: 486 })
    const served = await callTimes(station, calls)
    expect(Math.abs(share(served, 'a', calls) - 50)).toBeLessThan(2)
    expect(Math.abs(share(served, 'b', calls) - 50)).toBeLessThan(2)
    expect([...served.keys()].sort()).toEqual(['a', 'b'])
  }, 60_000)

  it('are shared 1:9 within the second group when the first answers 503, and it is left alone meanwhile', async () => {
    const station = await trunk()
    station.react = (host) =>
      host === '10.0.0.1' || host === '10.0.0.2' ? { status: 503, lines: 'Retry-After: 3600\r\n' } : { status: 486 }
    const served = await callTimes(station, calls)
    expect(Math.abs(share(served, 'c', calls) - 10)).toBeLessThan(2)
    expect(Math.abs(share(served, 'd', calls) - 90)).toBeLessThan(2)
    expect([...served.keys()].sort()).toEqual(['c', 'd'])
    expect(station.counts('INVITE')).toMatchObject({ '10.0.0.1:5060': 1, '10.0.0.2:5060': 1 })
  }, 60_000)
})

const pair = [targetAt('a', '10.0.0.1'), targetAt('b', '10.0.0.2')]

describe('a registered UDP phone with two targets', () => {
  it('takes its binding to the second when a call finds the first silent, and comes back with a refresh', async () => {
    const station = new TargetStation(pair, undefined)
    void station.phone.register()
    await station.clock.advanceAsync(10)
    let dead = true
    station.react = (host, request) =>
      host === '10.0.0.1' && dead ? undefined : { status: request.method === 'REGISTER' ? 200 : 486 }
    const witness = new Witness()
    const session = station.phone.createCall(witness)
    session.invite({ uri: 'sip:2001@lab.test', headers: [], delayedOffer: false })
    await station.clock.advanceAsync(32_100)
    expect(witness.ending).toMatchObject({ outcome: 'rejected', status: 486 })
    expect(session.target).toBe('b')
    expect(station.switches).toEqual(['a to b'])
    expect(station.outcomes.at(-1)).toMatchObject({ ok: true, target: 'b' })
    dead = false
    await station.clock.advanceAsync(600_000)
    expect(station.outcomes.at(-1)).toMatchObject({ ok: true, target: 'a' })
  })

  it('goes on to the second when a REGISTER meets a 503, and keeps off the first until Retry-After is over', async () => {
    const station = new TargetStation(pair, undefined)
    station.react = (host) => (host === '10.0.0.1' ? { status: 503, lines: 'Retry-After: 700\r\n' } : { status: 200 })
    void station.phone.register()
    await station.clock.advanceAsync(10)
    expect(station.outcomes).toEqual([expect.objectContaining({ ok: true, target: 'b' })])
    await station.clock.advanceAsync(600_000)
    expect(station.counts('REGISTER')).toEqual({ '10.0.0.1:5060': 1, '10.0.0.2:5060': 2 })
    await station.clock.advanceAsync(600_000)
    expect(station.counts('REGISTER')).toEqual({ '10.0.0.1:5060': 2, '10.0.0.2:5060': 3 })
  })

  it('keeps the way alive to where it is registered', async () => {
    const station = new TargetStation(pair, undefined, { outboundFlows: 1 })
    void station.phone.register()
    await station.clock.advanceAsync(30_000)
    expect(station.keptAlive).toEqual(['10.0.0.1:5060'])
    station.react = (host) => (host === '10.0.0.1' ? { status: 503 } : { status: 200 })
    void station.phone.register()
    await station.clock.advanceAsync(30_000)
    expect(station.keptAlive).toEqual(['10.0.0.1:5060', '10.0.0.2:5060'])
  })

  it('waits out the Retry-After of the only target it has', async () => {
    const station = new TargetStation([targetAt('a', '10.0.0.1')], undefined)
    void station.phone.register()
    await station.clock.advanceAsync(10)
    station.react = () => ({ status: 503, lines: 'Retry-After: 20 (busy)\r\n' })
    void station.phone.register()
    await station.clock.advanceAsync(19_990)
    expect(station.outcomes.at(-1)).toMatchObject({ ok: false, status: 503, retryAfterSeconds: 20 })
    expect(station.counts('REGISTER')).toEqual({ '10.0.0.1:5060': 2 })
    station.react = () => ({ status: 200 })
    await station.clock.advanceAsync(2_100)
    expect(station.counts('REGISTER')).toEqual({ '10.0.0.1:5060': 3 })
    expect(station.phone.registered).toBe(true)
  })

  it('goes to where a name points by now, once what it pointed to has failed', async () => {
    let now = pair.slice(0, 1)
    const places = { draw: () => now, renew: () => Promise.resolve() }
    const station = new TargetStation(now, places)
    void station.phone.register()
    await station.clock.advanceAsync(10)
    station.react = (host) => (host === '10.0.0.1' ? undefined : { status: 200 })
    now = pair.slice(1)
    void station.phone.register()
    await station.clock.advanceAsync(45_000)
    expect(station.outcomes.at(-1)).toMatchObject({ ok: true, target: 'b' })
    expect(station.switches).toEqual(['a to b'])
  })
})
