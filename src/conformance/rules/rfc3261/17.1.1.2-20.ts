import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-17.1.1.2-20',
  title: 'The ACK of a refusal goes to where the INVITE went.',
  on: 'transaction',
  methods: ['INVITE', 'ACK'],
  party: 'client',
  applies: (transaction) => {
    const invite = transaction.conversation.siblingOf(transaction, 'INVITE')
    return (invite?.final?.status ?? 0) >= 300 && (transaction.method === 'ACK' || transaction.acks.length > 0)
  },
  check: (transaction) => {
    const invite = transaction.conversation.siblingOf(transaction, 'INVITE')
    if (invite === undefined || transaction.method === 'INVITE') return pass
    return violation('the ACK goes elsewhere', startLine(transaction.request), startLine(invite.request))
  },
})
