import type { HopTransaction } from '../../model/hop-transaction.js'
import { type ObservedMessage, sameEnd } from '../../model/observed-message.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-22.2-8',
  title: 'A request that is repeated with credentials has a higher CSeq number.',
  on: 'transaction',
  party: 'client',
  applies: (transaction) => challengedBefore(transaction) !== undefined,
  check: (transaction) => {
    const before = challengedBefore(transaction)?.request
    const { request } = transaction
    return before === undefined || request.sip.cseq > before.sip.cseq
      ? pass
      : violation('the CSeq number is not higher', at(request, 'CSeq'), at(before, 'CSeq'))
  },
})

const hasCredentials = ({ sip }: ObservedMessage): boolean => sip.has('Authorization') || sip.has('Proxy-Authorization')

function challengedBefore({ conversation, request, method }: HopTransaction): HopTransaction | undefined {
  if (!request.isFirstHop || !hasCredentials(request)) return undefined
  return conversation.transactions.findLast(
    ({ request: earlier, method: earlierMethod, final }) =>
      earlierMethod === method &&
      earlier !== request &&
      sameEnd(earlier.source, request.source) &&
      (final?.status === 401 || final?.status === 407) &&
      final.atMs <= request.atMs,
  )
}
