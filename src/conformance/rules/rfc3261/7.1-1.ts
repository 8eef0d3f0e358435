import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-7.1-1',
  title: 'The Request-URI holds no white space and no control characters and is not in angle brackets.',
  on: 'request',
  check: (request) =>
    /[\s<>\x00-\x1f\x7f]/.test(request.sip.requestUri)
      ? violation(
          'the Request-URI holds white space, a control character or a bracket',
          startLine(request, request.sip.requestUri),
        )
      : pass,
})
