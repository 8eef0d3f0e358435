import { accepted } from '../../media-vocabulary.js'
import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3264-6.2-1',
  title: 'A multicast stream is answered with its address and port.',
  on: 'exchange',
  party: 'answerer',
  applies: (exchange) => accepted(exchange).some(([offer]) => offer.isMulticast),
  check: (exchange) => {
    const wrong = accepted(exchange).find(
      ([offer, answer]) => offer.isMulticast && (answer.host !== offer.host || answer.port !== offer.port),
    )
    return wrong === undefined
      ? pass
      : violation(
          'address or port differ',
          inBody(exchange.answer, `m=${wrong[1].media}`),
          inBody(exchange.offer, `m=${wrong[0].media}`),
        )
  },
})
