import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { requestOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-8.2.6.2-5',
  title: 'A To tag in the request stands in the response too.',
  on: 'hop',
  applies: (response) => !response.isRequest && (requestOf(response)?.sip.toTag ?? '') !== '',
  check: (response) => {
    const request = requestOf(response)
    return request === undefined || request.sip.toTag === response.sip.toTag
      ? pass
      : violation('the To tag is not that of the request', at(response, 'To'), at(request, 'To'))
  },
})
