import { defineRule } from '../../rule.js'
import { carries } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-16.6-14',
  title: 'A proxy adds Max-Forwards where it is missing.',
  on: 'forwarding',
  party: 'proxy',
  applies: ({ inbound }) => !inbound.request.sip.has('Max-Forwards'),
  check: ({ outbound }) => carries(outbound.request, 'Max-Forwards'),
})
