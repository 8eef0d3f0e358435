import { defineRule } from '../../rule.js'
import { carries } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-8.1.1-1',
  title: 'Every request has To, From, CSeq and Call-ID (Max-Forwards and Via have rules of their own).',
  on: 'request',
  check: (request) => carries(request, 'To', 'From', 'CSeq', 'Call-ID'),
})
