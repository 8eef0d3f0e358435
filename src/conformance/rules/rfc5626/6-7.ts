import { outboundContacts } from '../../outbound-vocabulary.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { requestOf, tokens } from '../../vocabulary.js'

export const rule = defineRule({
  id: '5626-6-7',
  title: 'A registrar answers with Require: outbound only when the contact has reg-id.',
  on: 'response',
  methods: ['REGISTER'],
  statuses: [2],
  applies: (response) => tokens(response, 'Require').includes('outbound') && requestOf(response) !== undefined,
  check: (response) => {
    const request = requestOf(response)
    return request === undefined || outboundContacts(request).length > 0
      ? pass
      : violation('the request has no reg-id', at(response, 'Require'), at(request, 'Contact'))
  },
})
