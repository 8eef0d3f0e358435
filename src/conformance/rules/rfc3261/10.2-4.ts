import { startLine } from '../../point.js'
import { defineRule, violation } from '../../rule.js'
import { carries } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-10.2-4',
  title: 'REGISTER has Request-URI, To, From, Call-ID and CSeq.',
  on: 'request',
  methods: ['REGISTER'],
  check: (request) =>
    request.sip.requestUri === ''
      ? violation('there is no Request-URI', startLine(request))
      : carries(request, 'To', 'From', 'Call-ID', 'CSeq'),
})
