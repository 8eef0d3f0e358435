import { outboundContacts } from '../../outbound-vocabulary.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '5626-4.2.1-6',
  title: 'Each flow of a user agent has a reg-id of its own.',
  on: 'request',
  methods: ['REGISTER'],
  applies: (request) => outboundContacts(request).some(({ params }) => params.has('+sip.instance')),
  check: (request) => {
    const ids = outboundContacts(request).map(({ params }) => `${params.get('+sip.instance')} ${params.get('reg-id')}`)
    return new Set(ids).size === ids.length
      ? pass
      : violation('two contacts have one reg-id', at(request, 'Contact', 'reg-id'))
  },
})
