import { magicCookie } from '../../../sip/transaction/match.js'
import { sameEnd } from '../../model/observed-message.js'
import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

/** A balancer between two points of the capture shows the same datagram twice within this time. */
const SAME_DATAGRAM_MS = 50

export const rule = defineRule({
  id: '3263-4-1',
  title: 'All copies of a request go to one address.',
  on: 'transaction',
  party: 'client',
  applies: ({ method, request }) =>
    method !== 'ACK' && request.transport === 'udp' && request.sip.topVia.branch.startsWith(magicCookie),
  check: (transaction) => {
    const { request, conversation, method } = transaction
    const other = conversation.transactions.find(
      (each) =>
        each !== transaction &&
        each.method === method &&
        each.request.sip.topVia.branch === request.sip.topVia.branch &&
        each.request.sip.cseq === request.sip.cseq &&
        sameEnd(each.request.source, request.source) &&
        request.atMs - each.request.atMs > SAME_DATAGRAM_MS,
    )
    return other === undefined
      ? pass
      : violation('a copy went elsewhere before', startLine(request), startLine(other.request))
  },
})
