import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-16.6-13',
  title: 'A proxy takes one from Max-Forwards.',
  on: 'forwarding',
  party: 'proxy',
  applies: ({ inbound }) => /^\d+$/.test(inbound.request.sip.get('Max-Forwards') ?? ''),
  check: ({ inbound, outbound }) =>
    Number(outbound.request.sip.get('Max-Forwards')) === Number(inbound.request.sip.get('Max-Forwards')) - 1
      ? pass
      : violation(
          'Max-Forwards is not less by one',
          at(outbound.request, 'Max-Forwards'),
          at(inbound.request, 'Max-Forwards'),
        ),
})
