import { defineRule } from '../../rule.js'
import { carries } from '../../vocabulary.js'

export const rule = defineRule({
  id: '5393-5.3.3-1',
  title: 'A proxy passes on Max-Breadth.',
  on: 'forwarding',
  party: 'proxy',
  applies: ({ inbound }) => inbound.request.sip.has('Max-Breadth'),
  check: ({ outbound }) => carries(outbound.request, 'Max-Breadth'),
})
