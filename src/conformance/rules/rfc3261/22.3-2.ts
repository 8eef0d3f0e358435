import { defineRule } from '../../rule.js'
import { carries } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-22.3-2',
  title: 'A 407 response has Proxy-Authenticate.',
  on: 'response',
  statuses: [407],
  check: (response) => carries(response, 'Proxy-Authenticate'),
})
