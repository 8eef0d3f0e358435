import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { refusedInvite } from '../../transaction-vocabulary.js'

export const rule = defineRule({
  id: '3261-17.1.1.3-3',
  title: 'The ACK of a refusal has To of the response.',
  on: 'hop',
  methods: ['ACK'],
  applies: (ack) =>
    refusedInvite(ack) !== undefined && (ack.transaction?.responses ?? []).some(({ status }) => status >= 300),
  check: (ack) => {
    const refusals = (ack.transaction?.responses ?? []).filter(({ status }) => status >= 300)
    const [refusal] = refusals
    if (refusal === undefined || refusals.some(({ sip }) => sip.toTag === ack.sip.toTag)) return pass
    return violation('the To tag is not that of the response', at(ack, 'To'), at(refusal, 'To'))
  },
})
