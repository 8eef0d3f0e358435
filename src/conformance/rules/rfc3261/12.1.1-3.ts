import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isSipOrSips, urisOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-12.1.1-3',
  title: 'Contact of a response that makes a dialog is one sip or sips URI.',
  on: 'response',
  methods: ['INVITE', 'SUBSCRIBE'],
  statuses: [1, 2],
  applies: ({ sip }) => sip.has('Contact'),
  check: (response) => {
    const contacts = urisOf(response, 'Contact')
    if (contacts.length !== 1) return violation(`there are ${contacts.length} contacts`, at(response, 'Contact'))
    return isSipOrSips(contacts[0] ?? '')
      ? pass
      : violation('the contact is no sip or sips URI', at(response, 'Contact'))
  },
})
