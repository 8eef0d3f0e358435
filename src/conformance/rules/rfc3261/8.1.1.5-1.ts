import { at, startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-8.1.1.5-1',
  title: 'The method in CSeq is that of the request.',
  on: 'request',
  applies: ({ sip }) => sip.cseqMethod !== '',
  check: (request) =>
    request.sip.cseqMethod === request.sip.method
      ? pass
      : violation(`CSeq says ${request.sip.cseqMethod}`, at(request, 'CSeq'), startLine(request, request.sip.method)),
})
