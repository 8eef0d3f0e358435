import { outboundContacts } from '../../outbound-vocabulary.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '5626-4.2.1-5',
  title: 'A REGISTER with reg-id has +sip.instance.',
  on: 'request',
  methods: ['REGISTER'],
  applies: (request) => outboundContacts(request).length > 0,
  check: (request) =>
    outboundContacts(request).every(({ params }) => params.has('+sip.instance'))
      ? pass
      : violation('+sip.instance is missing', at(request, 'Contact')),
})
