import { outboundContacts } from '../../outbound-vocabulary.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '5626-4.1-1',
  title: 'A contact with reg-id has +sip.instance with a URN in quotes and angle brackets.',
  on: 'request',
  methods: ['REGISTER'],
  applies: (request) => outboundContacts(request).length > 0,
  check: (request) => {
    const wrong = outboundContacts(request).find(
      ({ params }) => !/^"<urn:[^>]+>"$/i.test(params.get('+sip.instance') ?? '"<urn:x>"'),
    )
    return wrong === undefined
      ? pass
      : violation('+sip.instance is no URN in "<>"', at(request, 'Contact', '+sip.instance'))
  },
})
