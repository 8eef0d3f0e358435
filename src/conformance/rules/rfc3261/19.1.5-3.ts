import { uriParam } from '../../../sip/message/uri.js'
import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isSipOrSips } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-19.1.5-3',
  title: 'A Request-URI has no method parameter.',
  on: 'request',
  applies: ({ sip }) => isSipOrSips(sip.requestUri),
  check: (request) =>
    uriParam(request.sip.requestUri, 'method') === undefined
      ? pass
      : violation('the Request-URI has a method parameter', startLine(request, request.sip.requestUri)),
})
