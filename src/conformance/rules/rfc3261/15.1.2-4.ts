import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

/** Refusals that only a user agent makes, and never because a dialog is unknown or a request not authorized. */
const refusals = [405, 486, 487, 488, 491, 501, 600, 603, 606]

export const rule = defineRule({
  id: '3261-15.1.2-4',
  title: 'BYE in a dialog is answered with 2xx.',
  on: 'dialogRequest',
  methods: ['BYE'],
  party: 'server',
  applies: ({ transaction }) => transaction.final?.isOriginal === true,
  check: ({ request, transaction: { final } }) =>
    final !== undefined && refusals.includes(final.status)
      ? violation('BYE is refused', startLine(final), startLine(request))
      : pass,
})
