import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-10.2-6',
  title: 'The Request-URI of REGISTER has no user part.',
  on: 'request',
  methods: ['REGISTER'],
  check: (request) =>
    request.sip.requestUri.includes('@')
      ? violation('the Request-URI has a user part', startLine(request, request.sip.requestUri))
      : pass,
})
