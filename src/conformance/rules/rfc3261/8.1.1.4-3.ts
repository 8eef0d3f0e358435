import type { HopTransaction } from '../../model/hop-transaction.js'
import { sameEnd } from '../../model/observed-message.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

function used(transaction: HopTransaction): HopTransaction | undefined {
  const { request, conversation, method } = transaction
  return conversation.transactions.find(
    (earlier) =>
      earlier.method === method &&
      earlier.request.isFirstHop &&
      earlier.request.sip.toTag === '' &&
      sameEnd(earlier.request.source, request.source) &&
      earlier.accepted !== undefined &&
      earlier.accepted.atMs < request.atMs,
  )
}

export const rule = defineRule({
  id: '3261-8.1.1.4-3',
  title: 'A new request outside of a dialog has a Call-ID of its own.',
  on: 'transaction',
  methods: ['INVITE', 'OPTIONS', 'MESSAGE', 'SUBSCRIBE'],
  party: 'client',
  applies: ({ request }) => request.isFirstHop && request.sip.toTag === '' && request.sip.fromTag !== '',
  check: (transaction) => {
    // Only after success: a challenge, a redirection and a refusal are followed by a request with the same Call-ID.
    const earlier = used(transaction)
    if (earlier === undefined || earlier.request.sip.fromTag === transaction.request.sip.fromTag) return pass
    return violation(
      'the Call-ID was used for another request',
      at(transaction.request, 'Call-ID'),
      at(earlier.request, 'Call-ID'),
    )
  },
})
