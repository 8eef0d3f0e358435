import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-18.1.1-6',
  title: 'The top Via says where it was sent from.',
  on: 'hop',
  applies: ({ isRequest, viaTexts }) => isRequest && viaTexts.length > 0,
  check: (request) => (request.sip.topVia.host === '' ? violation('Via has no host', at(request, 'Via')) : pass),
})
