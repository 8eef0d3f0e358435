import { parseChallenge } from '../../../sip/message/auth-params.js'
import type { HopTransaction } from '../../model/hop-transaction.js'
import { sameEnd } from '../../model/observed-message.js'
import { at, startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { challengesOf } from '../../vocabulary.js'

const realmOf = (value: string): string => parseChallenge(value)?.params.get('realm') ?? ''

/** Realms of the challenges that the proxy itself has made in the conversation. */
const ownRealms = ({ conversation, request }: HopTransaction): readonly string[] =>
  conversation.transactions
    .filter(
      ({ request: each, final, outbound }) =>
        outbound.length === 0 &&
        sameEnd(each.destination, request.destination) &&
        final?.status === 407 &&
        final.isOriginal,
    )
    .flatMap(({ final }) => (final === undefined ? [] : challengesOf(final).map(({ value }) => realmOf(value))))

export const rule = defineRule({
  id: '3261-22.3-11',
  title: 'A proxy passes on credentials for other realms than its own.',
  on: 'forwarding',
  party: 'proxy',
  applies: ({ inbound }) => {
    const own = ownRealms(inbound)
    return (
      own.length > 0 && inbound.request.sip.getAll('Proxy-Authorization').some((value) => !own.includes(realmOf(value)))
    )
  },
  check: ({ inbound, outbound }) => {
    const own = ownRealms(inbound)
    const after = outbound.request.sip.getAll('Proxy-Authorization')
    const lost = inbound.request.sip
      .getAll('Proxy-Authorization')
      .find((value) => !own.includes(realmOf(value)) && !after.includes(value))
    return lost === undefined
      ? pass
      : violation(
          'credentials are missing',
          startLine(outbound.request),
          at(inbound.request, 'Proxy-Authorization', lost),
        )
  },
})
