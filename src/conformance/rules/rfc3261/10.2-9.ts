import type { HopTransaction } from '../../model/hop-transaction.js'
import { sameEnd } from '../../model/observed-message.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

const earlierOf = ({ conversation, request }: HopTransaction): HopTransaction | undefined =>
  conversation.transactions.findLast(
    ({ method, request: other }) =>
      method === 'REGISTER' &&
      other.atMs < request.atMs &&
      sameEnd(other.source, request.source) &&
      other.sip.to.uri === request.sip.to.uri,
  )

export const rule = defineRule({
  id: '3261-10.2-9',
  title: 'REGISTER requests with one Call-ID have growing CSeq numbers.',
  on: 'transaction',
  methods: ['REGISTER'],
  party: 'client',
  applies: (transaction) => transaction.request.isFirstHop && earlierOf(transaction) !== undefined,
  check: (transaction) => {
    const before = earlierOf(transaction)?.request
    const { request } = transaction
    return before === undefined || request.sip.cseq > before.sip.cseq
      ? pass
      : violation(`the CSeq number before was ${before.sip.cseq}`, at(request, 'CSeq'), at(before, 'CSeq'))
  },
})
