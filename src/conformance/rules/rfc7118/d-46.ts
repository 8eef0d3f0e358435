import { uriParam } from '../../../sip/message/uri.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isWebSocket, urisOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '7118-D-46',
  title: 'A client with outbound puts ob into the Contact of requests that make dialogs, unless it has a GRUU.',
  on: 'request',
  methods: ['INVITE', 'SUBSCRIBE'],
  applies: (request, { memory }) =>
    isWebSocket(request) &&
    request.isFirstHop &&
    request.sip.toTag === '' &&
    request.sip.has('Contact') &&
    memory.flowOf(request)?.outbound === true,
  check: (request) => {
    const [uri = ''] = urisOf(request, 'Contact')
    return uriParam(uri, 'ob') !== undefined || uriParam(uri, 'gr') !== undefined
      ? pass
      : violation('Contact has neither ob nor gr', at(request, 'Contact'))
  },
})
