import { magicCookie } from '../../../sip/transaction/match.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-8.1.1.7-4',
  title: 'The branch of a request is unique: another request has another one.',
  on: 'hop',
  applies: ({ isRequest, method, sip }) =>
    isRequest && method !== 'ACK' && method !== 'CANCEL' && sip.topVia.branch.startsWith(magicCookie),
  check: (request, { memory }) => {
    const first = memory.byBranch(request)
    if (first === undefined || (first.callId === request.sip.callId && first.cseq === request.sip.cseq)) return pass
    return violation(
      `the branch was used before in frame ${first.frame} (Call-ID ${first.callId}, CSeq ${first.cseq})`,
      at(request, 'Via', request.sip.topVia.branch),
    )
  },
})
