import { describe, expect, it } from 'vitest'
import { Rng } from '../../../src/base/rng.js'
import { Glare } from '../../../src/sip/dialog/glare.js'
import { OfferAnswer } from '../../../src/sip/dialog/offer-answer.js'

describe('INVITE (RFC 3261 14.1, 14.2)', () => {
  it('is answered 491 while ours is pending, and taken when ours is done', () => {
    const glare = new Glare(new Rng(1))
    glare.start()
    expect(glare.admit()).toEqual({ kind: 'pending', status: 491 })
    glare.finish()
    expect(glare.admit()).toEqual({ kind: 'take' })
  })

  it('is answered 500 with Retry-After of 0 to 10 s while their earlier one is unanswered', () => {
    const glare = new Glare(new Rng(1))
    glare.admit()
    const seen = new Set<number>()
    for (let i = 0; i < 300; i++) {
      const admission = glare.admit()
      expect(admission).toMatchObject({ kind: 'busy', status: 500 })
      if (admission.kind === 'busy') seen.add(admission.retryAfterSeconds)
    }
    expect([...seen].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    glare.answered()
    expect(glare.admit()).toEqual({ kind: 'take' })
  })

  it('of ours may start only when none is in progress either way', () => {
    const glare = new Glare(new Rng(1))
    expect(glare.mayStart).toBe(true)
    glare.admit()
    expect(glare.mayStart).toBe(false)
    glare.answered()
    glare.start()
    expect(glare.mayStart).toBe(false)
    glare.finish()
    expect(glare.mayStart).toBe(true)
  })

  it.each([
    [true, 2100, 4000],
    [false, 0, 2000],
  ])('after 491 the wait (owner of the Call-ID: %s) is %d to %d ms in units of 10 ms', (owner, low, high) => {
    const glare = new Glare(new Rng(3))
    const waits = Array.from({ length: 5000 }, () => glare.retryDelayMs(owner))
    expect(Math.min(...waits)).toBe(low)
    expect(Math.max(...waits)).toBe(high)
    expect(waits.every((wait) => wait % 10 === 0)).toBe(true)
  })
})

describe('UPDATE (RFC 3311 5.2)', () => {
  it.each([
    ['nothing is open', (_: OfferAnswer) => {}, true, 'take'],
    ['our offer is open', (exchange: OfferAnswer) => void exchange.sent('UPDATE'), true, 'pending'],
    ['our offer is open, theirs has none', (exchange: OfferAnswer) => void exchange.sent('UPDATE'), false, 'take'],
    ['their offer is open', (exchange: OfferAnswer) => void exchange.invite('remote', true), true, 'busy'],
  ])('when %s (with offer: %s)', (_, prepare, hasOffer, kind) => {
    const exchange = new OfferAnswer()
    prepare(exchange)
    expect(new Glare(new Rng(1)).admitUpdate(exchange, hasOffer).kind).toBe(kind)
  })

  it('is busy until their earlier UPDATE has been answered', () => {
    const glare = new Glare(new Rng(1))
    const exchange = new OfferAnswer()
    glare.admitUpdate(exchange, false)
    expect(glare.admitUpdate(exchange, false).kind).toBe('busy')
    glare.updateAnswered()
    expect(glare.admitUpdate(exchange, false).kind).toBe('take')
  })
})
