import { parseChallenge } from '../../../sip/message/auth-params.js'
import { type ObservedMessage, sameEnd } from '../../model/observed-message.js'
import { at, startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-22.1-13',
  title: 'Credentials that were refused are not sent again, unless the nonce was stale.',
  on: 'transaction',
  party: 'client',
  applies: (transaction) => transaction.request.isFirstHop && responsesIn(transaction.request).length > 0,
  check: (transaction) => {
    const { conversation, request } = transaction
    const refused = conversation.transactions.find(
      ({ request: earlier, final }) =>
        earlier.atMs < request.atMs &&
        sameEnd(earlier.source, request.source) &&
        earlier.method === request.method &&
        earlier.sip.cseq < request.sip.cseq &&
        (final?.status === 401 || final?.status === 407) &&
        responsesIn(earlier).some((response) => responsesIn(request).includes(response)),
    )
    return refused === undefined
      ? pass
      : violation('the same response was refused before', at(request, 'Authorization'), startLine(refused.final!))
  },
})

const responsesIn = ({ sip }: ObservedMessage): readonly string[] =>
  [...sip.getAll('Authorization'), ...sip.getAll('Proxy-Authorization')]
    .map((value) => parseChallenge(value)?.params.get('response') ?? '')
    .filter((response) => response !== '')
