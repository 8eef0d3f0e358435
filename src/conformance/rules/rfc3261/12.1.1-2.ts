import { defineRule } from '../../rule.js'
import { carries, requestOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-12.1.1-2',
  title: 'The 2xx that makes a dialog has Contact.',
  on: 'response',
  methods: ['INVITE', 'SUBSCRIBE'],
  statuses: [2],
  applies: (response) => requestOf(response)?.sip.toTag === '',
  check: (response) => carries(response, 'Contact'),
})
