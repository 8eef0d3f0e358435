import { sameUri } from '../../../sip/message/uri-comparison.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { requestOf, urisOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-8.3-2',
  title: 'A redirection does not lead back to the Request-URI.',
  on: 'response',
  statuses: [3],
  applies: (response) => response.sip.has('Contact') && requestOf(response) !== undefined,
  check: (response) => {
    const uri = requestOf(response)?.sip.requestUri ?? ''
    const same = urisOf(response, 'Contact').find((contact) => sameUri(contact, uri))
    return same === undefined ? pass : violation('Contact is the Request-URI', at(response, 'Contact', same))
  },
})
