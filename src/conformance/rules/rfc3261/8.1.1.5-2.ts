import { maxCseq } from '../../../sip/message/cseq.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-8.1.1.5-2',
  title: 'The number in CSeq is below 2**31.',
  on: 'request',
  applies: ({ sip }) => sip.has('CSeq'),
  check: (request) =>
    request.sip.cseq >= 0 && request.sip.cseq <= maxCseq
      ? pass
      : violation('CSeq has no number below 2**31', at(request, 'CSeq')),
})
