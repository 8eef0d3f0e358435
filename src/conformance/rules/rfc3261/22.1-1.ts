import type { HopTransaction } from '../../model/hop-transaction.js'
import { sameEnd } from '../../model/observed-message.js'
import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-22.1-1',
  title: 'A proxy challenges with 407.',
  on: 'transaction',
  methods: ['INVITE'],
  party: 'server',
  applies: (transaction) => challenged(transaction) && laterPassedOn(transaction) !== undefined,
  check: (transaction) => {
    const { final } = transaction
    return final === undefined || final.status === 407
      ? pass
      : violation('the challenge is 401', startLine(final), startLine(laterPassedOn(transaction)!.request))
  },
})

const challenged = ({ final }: HopTransaction): boolean =>
  final?.isOriginal === true && (final.status === 401 || final.status === 407)

/** The same element has passed on the next INVITE: it is a proxy. */
const laterPassedOn = ({ conversation, request, outbound }: HopTransaction): HopTransaction | undefined =>
  outbound.length > 0
    ? undefined
    : conversation.transactions.find(
        (each) =>
          each.method === 'INVITE' &&
          each.outbound.length > 0 &&
          each.request.atMs > request.atMs &&
          sameEnd(each.request.destination, request.destination),
      )
