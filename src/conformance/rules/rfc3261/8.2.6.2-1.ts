import { sameUri } from '../../../sip/message/uri-comparison.js'
import { at } from '../../point.js'
import { defineRule, inapplicable, pass, violation } from '../../rule.js'
import { requestOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-8.2.6.2-1',
  title: 'From of a response is that of the request.',
  on: 'hop',
  applies: (response) => !response.isRequest && requestOf(response) !== undefined,
  check: (response) => {
    const request = requestOf(response)
    if (request === undefined) return inapplicable
    const same = sameUri(request.sip.from.uri, response.sip.from.uri) && request.sip.fromTag === response.sip.fromTag
    return same ? pass : violation('From is not that of the request', at(response, 'From'), at(request, 'From'))
  },
})
