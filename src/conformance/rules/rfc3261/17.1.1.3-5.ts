import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { refusedInvite } from '../../transaction-vocabulary.js'

export const rule = defineRule({
  id: '3261-17.1.1.3-5',
  title: 'The ACK of a refusal has the CSeq number of the INVITE.',
  on: 'hop',
  methods: ['ACK'],
  applies: (ack) => refusedInvite(ack) !== undefined,
  check: (ack) => {
    const invites = ack.transaction?.requests ?? []
    return invites.some(({ sip }) => sip.cseq === ack.sip.cseq)
      ? pass
      : violation('the CSeq number differs', at(ack, 'CSeq'), at(invites[0] ?? ack, 'CSeq'))
  },
})
