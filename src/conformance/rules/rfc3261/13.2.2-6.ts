import { at } from '../../point.js'
import { defineRule, inconclusive, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-13.2.2-6',
  title: 'The CSeq number of an ACK is that of the INVITE.',
  on: 'dialogRequest',
  methods: ['ACK'],
  applies: ({ byCaller, establishing }) => byCaller && establishing.status >= 200,
  check: ({ request, creation, establishing }) => {
    const { transactions } = creation.conversation
    if (transactions.some(({ method, request: { sip } }) => method === 'INVITE' && sip.cseq === request.sip.cseq))
      return pass
    if (request.sip.cseq > creation.request.sip.cseq)
      return inconclusive('the INVITE that it is for may be missing in the capture')
    return violation(`the INVITE has CSeq ${creation.request.sip.cseq}`, at(request, 'CSeq'), at(establishing, 'CSeq'))
  },
})
