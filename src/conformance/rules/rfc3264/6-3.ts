import { answered, offered } from '../../model/exchange.js'
import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3264-6-3',
  title: 'Offer and answer have the same number of m= lines.',
  on: 'exchange',
  party: 'answerer',
  check: (exchange) => {
    const [offer, answer] = [offered(exchange).media.length, answered(exchange).media.length]
    return answer === offer
      ? pass
      : violation(
          `${offer} streams were offered, ${answer} are answered`,
          inBody(exchange.answer, 'm='),
          inBody(exchange.offer, 'm='),
        )
  },
})
