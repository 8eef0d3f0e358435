import { agreedBefore, offered } from '../../model/exchange.js'
import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3264-8-9',
  title: 'A new offer has at least as many m= lines as the session.',
  on: 'exchange',
  party: 'offerer',
  applies: (exchange) => agreedBefore(exchange, exchange.offer) !== undefined,
  check: (exchange) => {
    const before = agreedBefore(exchange, exchange.offer)?.media.length ?? 0
    const now = offered(exchange).media.length
    return now >= before
      ? pass
      : violation(`the session has ${before} streams, the offer ${now}`, inBody(exchange.offer, 'm='))
  },
})
