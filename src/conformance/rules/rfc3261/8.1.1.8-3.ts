import { at, startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isSips, urisOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-8.1.1.8-3',
  title: 'A request with a sips Request-URI or sips top Route has a sips Contact.',
  on: 'request',
  applies: (request) =>
    request.isFirstHop &&
    request.sip.has('Contact') &&
    request.method !== 'REGISTER' &&
    (isSips(request.sip.requestUri) || isSips(urisOf(request, 'Route')[0] ?? '')),
  check: (request) =>
    urisOf(request, 'Contact').every(isSips)
      ? pass
      : violation('Contact is not sips', at(request, 'Contact'), startLine(request)),
})
