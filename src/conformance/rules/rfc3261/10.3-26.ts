import { defineRule } from '../../rule.js'
import { carries } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-10.3-26',
  title: 'A 423 response has Min-Expires.',
  on: 'response',
  statuses: [423],
  check: (response) => carries(response, 'Min-Expires'),
})
