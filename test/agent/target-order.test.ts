import { describe, expect, it } from 'vitest'
import { TargetOrder } from '../../src/agent/target-order.js'
import { VirtualClock } from '../../src/base/virtual-clock.js'
import { TargetAvoidance } from '../../src/sip/locate/target-avoidance.js'
import { targetAt } from './target-station.js'

const three = [targetAt('a', '10.0.0.1'), targetAt('b', '10.0.0.2'), targetAt('c', '10.0.0.3')]

function order() {
  const clock = new VirtualClock(0)
  const avoidance = new TargetAvoidance(clock, 1000)
  return { clock, avoidance, targets: new TargetOrder('udp', three, avoidance) }
}

describe('the order of targets', () => {
  it('moves on to the best that has not failed of late, and back to the first when its time is over', () => {
    const { clock, targets } = order()
    targets.moveOn(undefined)
    expect(targets.current.name).toBe('b')
    targets.moveOn(undefined)
    expect(targets.current.name).toBe('c')
    clock.advance(1000)
    targets.moveOn(undefined)
    expect(targets.current.name).toBe('a')
  })

  it('goes round when all have failed: trying is better than giving up', () => {
    const { targets } = order()
    const seen = [1, 2, 3, 4].map(() => {
      targets.moveOn(undefined)
      return targets.current.name
    })
    expect(seen).toEqual(['b', 'c', 'a', 'b'])
    expect(targets.hasOther).toBe(false)
  })

  it('holds a target off for as long as its 503 said', () => {
    const { clock, targets } = order()
    targets.moveOn(60)
    clock.advance(59_000)
    targets.prefer()
    expect(targets.current.name).toBe('b')
    clock.advance(1_000)
    targets.prefer()
    expect(targets.current.name).toBe('a')
  })

  it('forgets a failure when the target has answered', () => {
    const { targets } = order()
    targets.avoid(undefined)
    expect(targets.inOrder().map(({ name }) => name)).toEqual(['b', 'c', 'a'])
    targets.clear()
    expect(targets.inOrder().map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  })

  it('keeps its place when the same addresses come in another order, and takes others', () => {
    const { targets } = order()
    expect(targets.replace([...three].reverse())).toBe(false)
    expect(targets.current.name).toBe('a')
    expect(targets.replace(three.slice(1))).toBe(true)
    expect(targets.current.name).toBe('b')
  })

  it('starts with what others have not found failing', () => {
    const { avoidance } = order()
    avoidance.avoid({ transport: 'udp', address: three[0]?.address ?? { host: '', port: 0 } })
    expect(new TargetOrder('udp', three, avoidance).current.name).toBe('b')
  })
})
