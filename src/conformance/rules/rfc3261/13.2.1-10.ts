import { hasPrack } from '../../dialog-vocabulary.js'
import { at, inBody } from '../../point.js'
import { defineRule, inapplicable, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-13.2.1-10',
  title: 'An offer in an INVITE is answered in a reliable non-failure response.',
  on: 'transaction',
  methods: ['INVITE'],
  party: 'server',
  applies: ({ request, accepted }) => request.description !== undefined && accepted?.isOriginal === true,
  check: ({ request, accepted, conversation }) => {
    if (accepted === undefined || accepted.sip.bodyLength > 0) return pass
    if (hasPrack(conversation)) return inapplicable
    return violation('the 2xx has no session description', at(accepted, 'Content-Length'), inBody(request, 'm='))
  },
})
