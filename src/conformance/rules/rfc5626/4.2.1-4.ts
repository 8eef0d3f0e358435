import { outboundContacts } from '../../outbound-vocabulary.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { tokens } from '../../vocabulary.js'

export const rule = defineRule({
  id: '5626-4.2.1-4',
  title: 'A REGISTER with reg-id supports outbound.',
  on: 'request',
  methods: ['REGISTER'],
  applies: (request) => outboundContacts(request).length > 0,
  check: (request) =>
    tokens(request, 'Supported').includes('outbound')
      ? pass
      : violation('Supported does not name outbound', at(request, 'Supported')),
})
