import { describe, expect, it } from 'vitest'
import { type Carrier, type DescriptionRole, OfferAnswer } from '../../../src/sip/dialog/offer-answer.js'

type Line = readonly [by: 'caller' | 'callee', carrier: Carrier | 'INVITE without', role: DescriptionRole | undefined]

/** Each flow is played once as the caller sees it and once as the callee does. */
const flows: Record<string, readonly Line[]> = {
  'offer in INVITE, answer in 2xx': [
    ['caller', 'INVITE', 'offer'],
    ['callee', '2xx', 'answer'],
  ],
  'no offer in INVITE, offer in 2xx, answer in ACK': [
    ['caller', 'INVITE without', undefined],
    ['callee', '2xx', 'offer'],
    ['caller', 'ACK', 'answer'],
  ],
  'early media: preview in 183, answer in 2xx': [
    ['caller', 'INVITE', 'offer'],
    ['callee', '1xx', 'preview'],
    ['callee', '1xx', 'preview'],
    ['callee', '2xx', 'answer'],
  ],
  'answer in reliable 183, copy in 2xx (RFC 3262 5)': [
    ['caller', 'INVITE', 'offer'],
    ['callee', 'reliable-1xx', 'answer'],
    ['callee', 'reliable-1xx', 'copy'],
    ['callee', '2xx', 'copy'],
  ],
  'answer in reliable 183, new offer in PRACK, answer in its 200': [
    ['caller', 'INVITE', 'offer'],
    ['callee', 'reliable-1xx', 'answer'],
    ['caller', 'PRACK', 'offer'],
    ['callee', 'PRACK-2xx', 'answer'],
    ['callee', '2xx', 'copy'],
  ],
  'offer in reliable 183, answer in PRACK': [
    ['caller', 'INVITE without', undefined],
    ['callee', 'reliable-1xx', 'offer'],
    ['caller', 'PRACK', 'answer'],
    ['callee', '2xx', 'copy'],
    ['caller', 'ACK', 'wrong'],
  ],
  'UPDATE before the 2xx (RFC 3311)': [
    ['caller', 'INVITE', 'offer'],
    ['callee', 'reliable-1xx', 'answer'],
    ['callee', 'UPDATE', 'offer'],
    ['caller', 'UPDATE-2xx', 'answer'],
    ['callee', '2xx', 'copy'],
  ],
  're-INVITE after the first exchange': [
    ['caller', 'INVITE', 'offer'],
    ['callee', '2xx', 'answer'],
    ['callee', 'INVITE', 'offer'],
    ['caller', '2xx', 'answer'],
  ],
  're-INVITE without offer': [
    ['caller', 'INVITE', 'offer'],
    ['callee', '2xx', 'answer'],
    ['callee', 'INVITE without', undefined],
    ['caller', '2xx', 'offer'],
    ['callee', 'ACK', 'answer'],
  ],
  'an offer while one is open is wrong': [
    ['caller', 'INVITE', 'offer'],
    ['caller', 'UPDATE', 'wrong'],
    ['callee', 'UPDATE', 'wrong'],
    ['callee', '2xx', 'answer'],
  ],
  'an offer in an unreliable 1xx or in ACK is wrong': [
    ['caller', 'INVITE without', undefined],
    ['callee', '1xx', 'wrong'],
    ['caller', 'ACK', 'wrong'],
    ['callee', '2xx', 'offer'],
  ],
  'descriptions where none is expected': [
    ['caller', 'INVITE', 'offer'],
    ['callee', '2xx', 'answer'],
    ['caller', 'ACK', 'wrong'],
    ['callee', 'UPDATE-2xx', 'wrong'],
    ['callee', 'PRACK-2xx', 'wrong'],
  ],
}

describe.each(['caller', 'callee'] as const)('as %s', (self) => {
  it.each(Object.keys(flows))('%s', (name) => {
    const exchange = new OfferAnswer()
    const roles = (flows[name] ?? []).map(([by, carrier]) => {
      const side = by === self ? 'local' : 'remote'
      if (carrier === 'INVITE without') return exchange.invite(side, false)
      if (carrier === 'INVITE') return exchange.invite(side, true)
      return side === 'local' ? exchange.sent(carrier) : exchange.received(carrier)
    })
    expect(roles).toEqual(flows[name]?.map(([, , role]) => role))
  })
})

describe('OfferAnswer', () => {
  it('knows whose turn it is', () => {
    const exchange = new OfferAnswer()
    const state = () => [exchange.mayOffer, exchange.awaitingAnswer, exchange.owesAnswer, exchange.established]
    expect(state()).toEqual([true, false, false, false])
    exchange.invite('local', true)
    expect(state()).toEqual([false, true, false, false])
    exchange.received('2xx')
    expect(state()).toEqual([true, false, false, true])
    exchange.invite('remote', true)
    expect(state()).toEqual([false, false, true, true])
  })

  it('a failed re-INVITE leaves the session as it was, and the next offer is free', () => {
    const exchange = new OfferAnswer()
    exchange.invite('local', true)
    exchange.received('2xx')
    exchange.invite('local', true)
    exchange.rollBack()
    expect([exchange.mayOffer, exchange.established]).toEqual([true, true])
    expect(exchange.invite('remote', true)).toBe('offer')
  })
})
