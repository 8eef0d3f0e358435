import { accepted, answersDirection } from '../../media-vocabulary.js'
import { defineRule } from '../../rule.js'

export const rule = defineRule({
  id: '3264-6.1-4',
  title: 'A stream offered recvonly is answered sendonly or inactive.',
  on: 'exchange',
  party: 'answerer',
  applies: (exchange) => accepted(exchange).some(([offer]) => offer.direction === 'recvonly' && !offer.isMulticast),
  check: (exchange) => answersDirection(exchange, 'recvonly', ['sendonly', 'inactive']),
})
