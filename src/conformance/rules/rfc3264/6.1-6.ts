import { accepted, answersDirection } from '../../media-vocabulary.js'
import { defineRule } from '../../rule.js'

export const rule = defineRule({
  id: '3264-6.1-6',
  title: 'A stream offered inactive is answered inactive.',
  on: 'exchange',
  party: 'answerer',
  applies: (exchange) => accepted(exchange).some(([offer]) => offer.direction === 'inactive' && !offer.isMulticast),
  check: (exchange) => answersDirection(exchange, 'inactive', ['inactive']),
})
