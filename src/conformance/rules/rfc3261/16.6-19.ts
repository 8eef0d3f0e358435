import { uriParam } from '../../../sip/message/uri.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { urisOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-16.6-19',
  title: 'The URI that a proxy puts into Record-Route has the lr parameter.',
  on: 'hop',
  applies: ({ sip, isRequest }) => isRequest && sip.has('Record-Route'),
  check: (request) => {
    const [first = ''] = urisOf(request, 'Record-Route')
    return uriParam(first, 'lr') === undefined
      ? violation('there is no lr parameter', at(request, 'Record-Route', first))
      : pass
  },
})
