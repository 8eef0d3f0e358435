import { pairs } from '../../media-vocabulary.js'
import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3264-6.1-2',
  title: 'A stream is answered with the media type and the protocol that were offered.',
  on: 'exchange',
  party: 'answerer',
  check: (exchange) => {
    const wrong = pairs(exchange).find(
      ([offer, answer]) => answer !== undefined && (answer.media !== offer.media || answer.protocol !== offer.protocol),
    )
    return wrong === undefined
      ? pass
      : violation(
          `${wrong[0].media} over ${wrong[0].protocol} was offered`,
          inBody(exchange.answer, `m=${wrong[1]?.media}`),
          inBody(exchange.offer, `m=${wrong[0].media}`),
        )
  },
})
