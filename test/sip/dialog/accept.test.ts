import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../src/base/virtual-clock.js'
import { Acceptance } from '../../../src/sip/dialog/accept.js'
import { timerValues } from '../../../src/sip/transaction/timers.js'

function setUp() {
  const clock = new VirtualClock()
  const told: string[] = []
  const acceptance = new Acceptance(clock, timerValues(), {
    repeatAnswer: () => told.push(`repeat ${clock.nowMs()}`),
    onAckTimeout: () => told.push(`timeout ${clock.nowMs()}`),
  })
  return { clock, told, acceptance }
}

describe('Acceptance (RFC 3261 13.3.1.4)', () => {
  it('repeats the 2xx after T1, doubling up to T2, and gives up after 64*T1', () => {
    const { clock, told, acceptance } = setUp()
    acceptance.start()
    clock.advance(100_000)
    const repeats = [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]
    expect(told).toEqual([...repeats.map((ms) => `repeat ${ms}`), 'timeout 32000'])
    expect([acceptance.waiting, clock.armedCount]).toEqual([false, 0])
  })

  it('stops with the ACK, once', () => {
    const { clock, told, acceptance } = setUp()
    acceptance.start()
    clock.advance(600)
    expect([acceptance.stop(), acceptance.stop()]).toEqual([true, false])
    clock.advance(100_000)
    expect(told).toEqual(['repeat 500'])
  })
})
