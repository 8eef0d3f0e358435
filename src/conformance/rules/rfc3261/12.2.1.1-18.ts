import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isSips, transportIsSecure, urisOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-12.2.1.1-18',
  title: 'In a secure dialog the Contact of INVITE and UPDATE is sips.',
  on: 'dialogRequest',
  methods: ['INVITE', 'UPDATE'],
  applies: ({ request, creation }) =>
    isSips(creation.request.sip.requestUri) && transportIsSecure(creation.request) && request.sip.has('Contact'),
  check: ({ request }) =>
    urisOf(request, 'Contact').every(isSips) ? pass : violation('Contact is not sips', at(request, 'Contact')),
})
