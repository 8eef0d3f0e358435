import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '5393-5.3.3-4',
  title: 'A request that a proxy sends has one Max-Breadth.',
  on: 'forwarding',
  party: 'proxy',
  applies: ({ outbound }) => outbound.request.sip.has('Max-Breadth'),
  check: ({ outbound: { request } }) =>
    request.sip.getAll('Max-Breadth').length === 1
      ? pass
      : violation('there is more than one', at(request, 'Max-Breadth')),
})
