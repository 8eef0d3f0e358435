import type { HopTransaction } from '../../model/hop-transaction.js'
import { sameEnd } from '../../model/observed-message.js'
import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { sameAddresses } from '../../vocabulary.js'

/** One whose final response came only after this request was sent: the registrar is the witness. */
const pendingAt = ({ conversation, request }: HopTransaction): HopTransaction | undefined =>
  conversation.transactions.find(
    ({ method, request: other, final, requests }) =>
      method === 'REGISTER' &&
      other.atMs < request.atMs &&
      sameEnd(other.source, request.source) &&
      other.sip.to.uri === request.sip.to.uri &&
      requests.length === 1 &&
      final !== undefined &&
      final.atMs > request.atMs,
  )

export const rule = defineRule({
  id: '3261-10.2-11',
  title: 'No REGISTER with other contacts is sent before the last one has a final response.',
  on: 'transaction',
  methods: ['REGISTER'],
  party: 'client',
  needs: ['at-client'],
  applies: ({ request }) => request.isFirstHop && request.sip.has('Contact'),
  check: (transaction) => {
    const pending = pendingAt(transaction)
    const { request } = transaction
    if (pending === undefined || sameAddresses(pending.request.sip.list('Contact'), request.sip.list('Contact')))
      return pass
    return violation('the REGISTER before had no final response yet', startLine(request), startLine(pending.request))
  },
})
