import { sameUri } from '../../../sip/message/uri-comparison.js'
import { at } from '../../point.js'
import { defineRule, inapplicable, pass, violation } from '../../rule.js'
import { requestOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-8.2.6.2-6',
  title: 'A response other than 100 has the To URI of the request and adds a tag.',
  on: 'response',
  applies: (response) => response.status !== 100 && requestOf(response)?.sip.toTag === '',
  check: (response) => {
    const request = requestOf(response)
    if (request === undefined) return inapplicable
    if (response.sip.toTag === '') return violation('To has no tag', at(response, 'To'))
    return sameUri(request.sip.to.uri, response.sip.to.uri)
      ? pass
      : violation('the To URI is not that of the request', at(response, 'To'), at(request, 'To'))
  },
})
