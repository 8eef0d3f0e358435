import { isRegisteredOptionTag } from '../../option-tags.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { tokens } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-8.1.1.9-2',
  title: 'Option tags in Supported are those of published RFCs.',
  on: 'request',
  applies: ({ sip, isFirstHop }) => isFirstHop && sip.has('Supported'),
  check: (request) => {
    const unknown = tokens(request, 'Supported').find((tag) => !isRegisteredOptionTag(tag))
    return unknown === undefined
      ? pass
      : violation(`${unknown} is no registered option tag`, at(request, 'Supported', unknown))
  },
})
