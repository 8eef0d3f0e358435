import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { cancelled } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-16.10-4',
  title: 'A CANCEL for an INVITE is answered 200 at once, whatever happens behind.',
  on: 'transaction',
  methods: ['CANCEL'],
  party: 'server',
  applies: (cancel) => {
    const invite = cancelled(cancel)
    return (
      invite !== undefined &&
      cancel.final !== undefined &&
      (invite.final?.atMs ?? Number.POSITIVE_INFINITY) > cancel.request.atMs
    )
  },
  check: ({ final, request }) =>
    final === undefined || final.status === 200
      ? pass
      : violation('CANCEL is refused', startLine(final), startLine(request)),
})
