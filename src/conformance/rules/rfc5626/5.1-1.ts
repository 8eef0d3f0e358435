import { outboundContacts } from '../../outbound-vocabulary.js'
import { at } from '../../point.js'
import { inserted } from '../../proxy-vocabulary.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '5626-5.1-1',
  title: 'The edge proxy puts itself into Path of a REGISTER with reg-id.',
  on: 'forwarding',
  methods: ['REGISTER'],
  party: 'proxy',
  applies: ({ inbound }) => inbound.request.isFirstHop && outboundContacts(inbound.request).length > 0,
  check: (forwarding) =>
    inserted(forwarding, 'Path').length > 0
      ? pass
      : violation('there is no Path of its own', at(forwarding.outbound.request, 'Path')),
})
