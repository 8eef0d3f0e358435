import { at, startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-16.3-9',
  title: 'A proxy passes on no request with Max-Forwards: 0.',
  on: 'forwarding',
  party: 'proxy',
  applies: ({ inbound }) => inbound.request.sip.has('Max-Forwards'),
  check: ({ inbound, outbound }) =>
    inbound.request.sip.get('Max-Forwards') === '0'
      ? violation('it is passed on', at(inbound.request, 'Max-Forwards'), startLine(outbound.request))
      : pass,
})
