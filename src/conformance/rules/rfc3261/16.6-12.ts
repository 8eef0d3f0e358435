import { uriParam } from '../../../sip/message/uri.js'
import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isSipOrSips } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-16.6-12',
  title: 'The Request-URI that a proxy sends has no method parameter and no header fields.',
  on: 'forwarding',
  party: 'proxy',
  applies: ({ outbound }) => isSipOrSips(outbound.request.sip.requestUri),
  check: ({ outbound: { request } }) =>
    request.sip.requestUri.includes('?') || uriParam(request.sip.requestUri, 'method') !== undefined
      ? violation('the Request-URI has one', startLine(request, request.sip.requestUri))
      : pass,
})
