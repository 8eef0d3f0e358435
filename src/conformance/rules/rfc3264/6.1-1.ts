import { accepted } from '../../media-vocabulary.js'
import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3264-6.1-1',
  title: 'A stream offered for unicast is answered for unicast.',
  on: 'exchange',
  party: 'answerer',
  applies: (exchange) => accepted(exchange).some(([offer]) => !offer.isMulticast),
  check: (exchange) => {
    const wrong = accepted(exchange).find(([offer, answer]) => !offer.isMulticast && answer.isMulticast)
    return wrong === undefined ? pass : violation('the answer has a multicast address', inBody(exchange.answer, 'c='))
  },
})
