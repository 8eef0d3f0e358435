import { dialogMakers } from '../../model/dialog-makers.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isSipOrSips, urisOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-8.1.1.8-1',
  title: 'A request that can make a dialog has exactly one Contact, a sip or sips URI.',
  on: 'request',
  methods: dialogMakers,
  applies: ({ isFirstHop, sip }) => isFirstHop && sip.toTag === '',
  check: (request) => {
    const contacts = urisOf(request, 'Contact')
    if (contacts.length !== 1) return violation(`there are ${contacts.length} contacts`, at(request, 'Contact'))
    return isSipOrSips(contacts[0] ?? '')
      ? pass
      : violation('the contact is no sip or sips URI', at(request, 'Contact'))
  },
})
