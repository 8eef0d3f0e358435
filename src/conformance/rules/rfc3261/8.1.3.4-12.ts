import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { redirectionBefore } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-8.1.3.4-12',
  title: 'The request that follows a redirection has a branch of its own.',
  on: 'transaction',
  party: 'client',
  applies: (transaction) => redirectionBefore(transaction) !== undefined,
  check: (transaction) => {
    const before = redirectionBefore(transaction)?.request
    return before?.sip.topVia.branch === transaction.request.sip.topVia.branch
      ? violation('the branch is that of the redirected request', at(transaction.request, 'Via'), at(before, 'Via'))
      : pass
  },
})
