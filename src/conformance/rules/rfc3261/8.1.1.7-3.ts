import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-8.1.1.7-3',
  title: 'The top Via of a request has a branch.',
  on: 'hop',
  applies: ({ isRequest, viaTexts }) => isRequest && viaTexts.length > 0,
  check: (request) => (request.sip.topVia.branch === '' ? violation('Via has no branch', at(request, 'Via')) : pass),
})
