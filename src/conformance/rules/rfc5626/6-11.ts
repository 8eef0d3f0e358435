import { outboundContacts } from '../../outbound-vocabulary.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { requestOf, tokens } from '../../vocabulary.js'

export const rule = defineRule({
  id: '5626-6-11',
  // What shows that outbound was applied: the registrar tells how long a flow lives.
  title: 'A registrar that applies outbound answers with Require: outbound.',
  on: 'response',
  methods: ['REGISTER'],
  statuses: [2],
  applies: (response) => {
    const request = requestOf(response)
    return (
      request !== undefined &&
      outboundContacts(request).length > 0 &&
      (response.sip.has('Flow-Timer') || tokens(response, 'Require').includes('outbound'))
    )
  },
  check: (response) =>
    tokens(response, 'Require').includes('outbound')
      ? pass
      : violation('Require does not name outbound', at(response, 'Flow-Timer')),
})
