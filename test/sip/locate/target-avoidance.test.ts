import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../src/base/virtual-clock.js'
import { parseRetryAfter, TargetAvoidance } from '../../../src/sip/locate/target-avoidance.js'

const place = (port: number, transport: 'udp' | 'tcp' = 'udp') => ({ transport, address: { host: '192.0.2.1', port } })

describe('TargetAvoidance', () => {
  it('leaves a failed target alone until its time is over', () => {
    const clock = new VirtualClock()
    const avoidance = new TargetAvoidance(clock, 1000)
    avoidance.avoid(place(1))
    const seen = [0, 999, 1].map((ms) => {
      clock.advance(ms)
      return avoidance.isAvoided(place(1))
    })
    expect(seen).toEqual([true, true, false])
  })

  it('holds for Retry-After instead when there is one', () => {
    const clock = new VirtualClock()
    const avoidance = new TargetAvoidance(clock, 1000)
    avoidance.avoid(place(1), 5)
    clock.advance(4999)
    expect(avoidance.isAvoided(place(1))).toBe(true)
    clock.advance(1)
    expect(avoidance.isAvoided(place(1))).toBe(false)
  })

  it('knows targets by transport, address and port', () => {
    const avoidance = new TargetAvoidance(new VirtualClock())
    avoidance.avoid(place(1))
    expect([place(1), place(2), place(1, 'tcp')].map((p) => avoidance.isAvoided(p))).toEqual([true, false, false])
  })

  it('puts avoided targets last, in their order, and drops none', () => {
    const avoidance = new TargetAvoidance(new VirtualClock())
    const places = [1, 2, 3, 4].map((port) => place(port))
    avoidance.avoid(place(3))
    avoidance.avoid(place(1))
    expect(avoidance.order(places).map((p) => p.address.port)).toEqual([2, 4, 1, 3])
  })

  it('forgets a target that answered', () => {
    const avoidance = new TargetAvoidance(new VirtualClock())
    avoidance.avoid(place(1))
    avoidance.clear(place(1))
    expect(avoidance.isAvoided(place(1))).toBe(false)
  })
})

describe('Retry-After', () => {
  it.each([
    ['120', 120],
    ['18000;duration=3600', 18000],
    ["120 (I'm in a meeting)", 120],
    [undefined, undefined],
    ['', undefined],
    ['soon', undefined],
    ['-1', undefined],
    ['12x', undefined],
  ])('%s is read', (value, seconds) => {
    expect(parseRetryAfter(value)).toBe(seconds)
  })
})
