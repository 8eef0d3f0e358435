import { answered, offered } from '../../model/exchange.js'
import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3264-8-7',
  title: 'An offer that repeats what was agreed gets a whole answer all the same.',
  on: 'exchange',
  party: 'answerer',
  applies: ({ offer, offererBefore }) => offererBefore?.description?.text === offer.description?.text,
  check: (exchange) =>
    answered(exchange).media.length === offered(exchange).media.length
      ? pass
      : violation('the answer has other streams', inBody(exchange.answer, 'm='), inBody(exchange.offer, 'm=')),
})
