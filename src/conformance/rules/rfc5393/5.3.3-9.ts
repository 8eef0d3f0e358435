import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '5393-5.3.3-9',
  title: 'A proxy that does not fork leaves Max-Breadth as it is.',
  on: 'proxied',
  party: 'proxy',
  applies: ({ request, outbound }) =>
    outbound.length === 1 && request.sip.has('Max-Breadth') && outbound[0]?.request.sip.has('Max-Breadth') === true,
  check: ({ request, outbound: [only] }) =>
    only === undefined || Number(only.request.sip.get('Max-Breadth')) >= Number(request.sip.get('Max-Breadth'))
      ? pass
      : violation('Max-Breadth is less', at(only.request, 'Max-Breadth'), at(request, 'Max-Breadth')),
})
