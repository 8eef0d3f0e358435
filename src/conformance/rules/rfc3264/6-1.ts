import { answered, offered } from '../../model/exchange.js'
import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3264-6-1',
  title: 'The o= line of the answer is another one than that of the offer.',
  on: 'exchange',
  party: 'answerer',
  check: (exchange) =>
    offered(exchange).values('o')[0] !== answered(exchange).values('o')[0]
      ? pass
      : violation('both have the same o= line', inBody(exchange.answer, 'o='), inBody(exchange.offer, 'o=')),
})
