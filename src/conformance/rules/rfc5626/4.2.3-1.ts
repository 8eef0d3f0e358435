import { sameUri } from '../../../sip/message/uri-comparison.js'
import { outboundContacts } from '../../outbound-vocabulary.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '5626-4.2.3-1',
  title: 'A REGISTER for somebody else has no reg-id.',
  on: 'request',
  methods: ['REGISTER'],
  applies: ({ sip }) => !sameUri(sip.from.uri, sip.to.uri),
  check: (request) =>
    outboundContacts(request).length === 0
      ? pass
      : violation('there is a reg-id', at(request, 'Contact', 'reg-id'), at(request, 'From')),
})
