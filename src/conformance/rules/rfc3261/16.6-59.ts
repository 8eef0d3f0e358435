import type { HopTransaction } from '../../model/hop-transaction.js'
import { sameEnd } from '../../model/observed-message.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-16.6-59',
  title: 'The branch that a proxy uses does not depend on the method: CANCEL has that of its INVITE.',
  on: 'proxied',
  methods: ['INVITE'],
  party: 'proxy',
  applies: (inbound) => cancelsOf(inbound).length > 0,
  check: (inbound) => {
    const branches = inbound.outbound.map(({ request }) => request.sip.topVia.branch)
    const wrong = cancelsOf(inbound).find(({ request }) => !branches.includes(request.sip.topVia.branch))
    return wrong === undefined
      ? pass
      : violation('the branch is that of no INVITE', at(wrong.request, 'Via'), at(inbound.outbound[0]!.request, 'Via'))
  },
})

/** CANCELs that the proxy sent to where it had sent the INVITE. */
const cancelsOf = ({ outbound, conversation, request }: HopTransaction): readonly HopTransaction[] =>
  conversation.transactions.filter(
    ({ method, request: cancel }) =>
      method === 'CANCEL' &&
      cancel.sip.cseq === request.sip.cseq &&
      outbound.some(
        (each) => sameEnd(each.request.source, cancel.source) && sameEnd(each.request.destination, cancel.destination),
      ),
  )
