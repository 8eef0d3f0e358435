import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { requestOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-8.2.6.2-3',
  title: 'CSeq of a response is that of the request.',
  on: 'hop',
  applies: (response) => !response.isRequest && (requestOf(response)?.sip.cseq ?? -1) >= 0,
  check: (response) => {
    const requests = response.transaction?.requests ?? []
    return requests.some(({ sip }) => sip.cseq === response.sip.cseq)
      ? pass
      : violation(`CSeq of the request is ${requests[0]?.sip.cseq}`, at(response, 'CSeq'))
  },
})
