import { outboundContacts } from '../../outbound-vocabulary.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { tokens } from '../../vocabulary.js'

export const rule = defineRule({
  id: '5626-4.2.1-8',
  title: 'A REGISTER with reg-id supports path.',
  on: 'request',
  methods: ['REGISTER'],
  applies: (request) => outboundContacts(request).length > 0,
  check: (request) =>
    tokens(request, 'Supported').includes('path')
      ? pass
      : violation('Supported does not name path', at(request, 'Supported')),
})
