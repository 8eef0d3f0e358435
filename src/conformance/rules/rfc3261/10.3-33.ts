import { parseNameAddr } from '../../../sip/message/name-addr.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-10.3-33',
  title: 'Each contact in the 200 of REGISTER has an expires parameter.',
  on: 'response',
  methods: ['REGISTER'],
  statuses: [2],
  applies: ({ sip }) => sip.has('Contact'),
  check: (response) => {
    const bare = response.sip.list('Contact').find((contact) => !parseNameAddr(contact).params.has('expires'))
    return bare === undefined ? pass : violation('a contact has no expires parameter', at(response, 'Contact', bare))
  },
})
