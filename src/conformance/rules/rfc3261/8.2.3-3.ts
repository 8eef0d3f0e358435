import { defineRule } from '../../rule.js'
import { carries, requestOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-8.2.3-3',
  title: 'A 415 response to an encoded body has Accept-Encoding, unless it is the type that it refuses.',
  on: 'response',
  statuses: [415],
  applies: (response) => requestOf(response)?.sip.has('Content-Encoding') === true && !response.sip.has('Accept'),
  check: (response) => carries(response, 'Accept-Encoding'),
})
