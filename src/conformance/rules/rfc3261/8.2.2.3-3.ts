import { defineRule } from '../../rule.js'
import { lacks } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-8.2.2.3-3',
  title: 'CANCEL, and ACK of a refusal, have neither Require nor Proxy-Require.',
  on: 'hop',
  methods: ['CANCEL', 'ACK'],
  applies: ({ isRequest, method, transaction }) =>
    isRequest && (method === 'CANCEL' || transaction?.method === 'INVITE'),
  check: (request) => lacks(request, 'Require', 'Proxy-Require'),
})
