import { accepted } from '../../media-vocabulary.js'
import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3264-6.2-2',
  title: 'A multicast stream is answered with its direction.',
  on: 'exchange',
  party: 'answerer',
  applies: (exchange) => accepted(exchange).some(([offer]) => offer.isMulticast),
  check: (exchange) => {
    const wrong = accepted(exchange).find(
      ([offer, answer]) => offer.isMulticast && answer.direction !== offer.direction,
    )
    return wrong === undefined
      ? pass
      : violation(`${wrong[0].direction} was offered`, inBody(exchange.answer, `a=${wrong[1].direction}`))
  },
})
