import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isSips, transportIsSecure } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-8.1.2-3',
  title: 'A request for a sips URI is sent over TLS.',
  on: 'request',
  applies: ({ isFirstHop, sip }) => isFirstHop && isSips(sip.requestUri),
  check: (request) =>
    transportIsSecure(request)
      ? pass
      : violation(`a sips request is sent over ${request.transport}`, startLine(request)),
})
