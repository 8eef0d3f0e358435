import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-16.6-10',
  title: 'A proxy does not change the body of a request.',
  on: 'forwarding',
  party: 'proxy',
  applies: ({ inbound }) => inbound.request.sip.bodyLength > 0,
  check: ({ inbound, outbound }) =>
    inbound.request.sip.bodyText === outbound.request.sip.bodyText
      ? pass
      : violation('the body has changed', inBody(outbound.request), inBody(inbound.request)),
})
