import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isSipOrSips, urisOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-16.6-18',
  title: 'Record-Route holds sip or sips URIs.',
  on: 'hop',
  applies: ({ sip }) => sip.has('Record-Route'),
  check: (message) => {
    const other = urisOf(message, 'Record-Route').find((uri) => !isSipOrSips(uri))
    return other === undefined ? pass : violation('the URI is neither sip nor sips', at(message, 'Record-Route', other))
  },
})
