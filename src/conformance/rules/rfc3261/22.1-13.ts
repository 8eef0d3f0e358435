import { parseChallenge } from '../../../sip/message/auth-params.js'
import { type ObservedMessage, sameEnd } from '../../model/observed-message.js'
import { at, startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { challengesOf, credentialsOf } from '../../vocabulary.js'

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
        responsesIn(earlier, realmsOf(final)).some((response) => responsesIn(request).includes(response)),
    )
    return refused === undefined
      ? pass
      : violation('the same response was refused before', at(request, 'Authorization'), startLine(refused.final!))
  },
})

/** A challenge of another realm refuses nothing of this one: the next proxy wants credentials of its own. */
const realmsOf = (refusal: ObservedMessage): readonly string[] =>
  challengesOf(refusal).map(({ value }) => parseChallenge(value)?.params.get('realm') ?? '')

const responsesIn = (request: ObservedMessage, realms?: readonly string[]): readonly string[] =>
  credentialsOf(request)
    .map(({ value }) => parseChallenge(value)?.params)
    .filter((params) => realms === undefined || realms.includes(params?.get('realm') ?? ''))
    .map((params) => params?.get('response') ?? '')
    .filter((response) => response !== '')
