import { isRegisteredOptionTag } from '../../option-tags.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { tokens } from '../../vocabulary.js'

const fields = ['Require', 'Proxy-Require']

export const rule = defineRule({
  id: '3261-8.1.1.9-5',
  title: 'Option tags in Require and Proxy-Require are those of published RFCs.',
  on: 'request',
  applies: ({ sip, isFirstHop }) => isFirstHop && fields.some((name) => sip.has(name)),
  check: (request) => {
    for (const name of fields) {
      const unknown = tokens(request, name).find((tag) => !isRegisteredOptionTag(tag))
      if (unknown !== undefined) return violation(`${unknown} is no registered option tag`, at(request, name, unknown))
    }
    return pass
  },
})
