import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-8.1.1.3-2',
  title: 'From has a tag.',
  on: 'request',
  applies: ({ sip, isFirstHop }) => isFirstHop && sip.has('From'),
  check: (request) => (request.sip.fromTag === '' ? violation('From has no tag', at(request, 'From')) : pass),
})
