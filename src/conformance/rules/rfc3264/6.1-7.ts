import { accepted } from '../../media-vocabulary.js'
import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3264-6.1-7',
  title: 'A stream that is accepted has a format of the offer.',
  on: 'exchange',
  party: 'answerer',
  applies: (exchange) => accepted(exchange).some(([offer]) => offer.isRtp),
  check: (exchange) => {
    const wrong = accepted(exchange).find(
      ([offer, answer]) => offer.isRtp && !answer.encodings.some((encoding) => offer.encodings.includes(encoding)),
    )
    return wrong === undefined
      ? pass
      : violation(
          'no format is in both',
          inBody(exchange.answer, `m=${wrong[1].media}`),
          inBody(exchange.offer, `m=${wrong[0].media}`),
        )
  },
})
