import { accepted } from '../../media-vocabulary.js'
import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3264-6.2-3',
  title: 'A multicast stream is answered with formats of the offer only.',
  on: 'exchange',
  party: 'answerer',
  applies: (exchange) => accepted(exchange).some(([offer]) => offer.isMulticast),
  check: (exchange) => {
    const wrong = accepted(exchange).find(
      ([offer, answer]) =>
        offer.isMulticast && !answer.encodings.every((encoding) => offer.encodings.includes(encoding)),
    )
    return wrong === undefined
      ? pass
      : violation('a format was not offered', inBody(exchange.answer, `m=${wrong[1].media}`))
  },
})
