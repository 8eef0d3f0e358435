import { accepted, answersDirection } from '../../media-vocabulary.js'
import { defineRule } from '../../rule.js'

export const rule = defineRule({
  id: '3264-6.1-3',
  title: 'A stream offered sendonly is answered recvonly or inactive.',
  on: 'exchange',
  party: 'answerer',
  applies: (exchange) => accepted(exchange).some(([offer]) => offer.direction === 'sendonly' && !offer.isMulticast),
  check: (exchange) => answersDirection(exchange, 'sendonly', ['recvonly', 'inactive']),
})
