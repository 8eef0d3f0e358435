import { describe, expect, it } from 'vitest'
import { timerValues } from '../../../src/sip/transaction/timers.js'

const trying = { inviteTrying: 200, nonInviteTrying: 3500 }

describe('timerValues', () => {
  it('is table 4 of RFC 3261 with L and M of RFC 6026', () => {
    const long = { B: 32_000, F: 32_000, H: 32_000, L: 32_000, M: 32_000 }
    expect(timerValues().unreliable).toEqual({
      ...long,
      ...trying,
      A: 500,
      E: 500,
      G: 500,
      D: 32_000,
      I: 5000,
      J: 32_000,
      K: 5000,
    })
    expect(timerValues().reliable).toEqual({ ...long, ...trying, A: 0, E: 0, G: 0, D: 0, I: 0, J: 0, K: 0 })
  })

  it('follows T1, T2 and T4; D is never below 32 s', () => {
    const values = timerValues({ t1Ms: 100, t2Ms: 800, t4Ms: 1000 })
    expect([values.giveUpMs, values.unreliable.D, values.unreliable.K]).toEqual([6400, 32_000, 1000])
    expect(values.unreliable.nonInviteTrying).toBe(700)
    expect(timerValues({ t1Ms: 1000 }).unreliable.D).toBe(64_000)
  })
})
