import { pairs } from '../../media-vocabulary.js'
import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3264-8.2-2',
  title: 'A stream offered with port 0 is answered with port 0.',
  on: 'exchange',
  party: 'answerer',
  applies: (exchange) => pairs(exchange).some(([offer]) => offer.isOff),
  check: (exchange) => {
    const wrong = pairs(exchange).find(([offer, answer]) => offer.isOff && answer !== undefined && answer.port !== 0)
    return wrong === undefined
      ? pass
      : violation(
          'the answer has another port',
          inBody(exchange.answer, `m=${wrong[1]?.media}`),
          inBody(exchange.offer, `m=${wrong[0].media}`),
        )
  },
})
