import type { DialogRequest } from '../../model/dialog-request.js'
import type { HopTransaction } from '../../model/hop-transaction.js'
import { sameEnd } from '../../model/observed-message.js'
import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-14.2-2',
  title: 'An INVITE that arrives while an own one is pending is refused with 491.',
  on: 'dialogRequest',
  methods: ['INVITE'],
  party: 'server',
  needs: ['at-server'],
  applies: (dialog) => crossing(dialog) !== undefined && dialog.transaction.final !== undefined,
  check: (dialog) => {
    const own = crossing(dialog)
    const { accepted } = dialog.transaction
    if (accepted === undefined || own === undefined) return pass
    return violation('it is accepted', startLine(accepted), startLine(own.request))
  },
})

/** An INVITE of the other side that was sent before this one came and answered after this one was answered. */
const crossing = ({ request, transaction, creation }: DialogRequest): HopTransaction | undefined =>
  creation.conversation.transactions.find(
    ({ method, request: own, final }) =>
      method === 'INVITE' &&
      sameEnd(own.source, request.destination) &&
      own.sip.fromTag === request.sip.toTag &&
      own.sip.toTag === request.sip.fromTag &&
      own.atMs < request.atMs &&
      final !== undefined &&
      final.atMs > (transaction.final?.atMs ?? Number.POSITIVE_INFINITY),
  )
