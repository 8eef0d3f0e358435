import { hasPrack } from '../../dialog-vocabulary.js'
import { at, startLine } from '../../point.js'
import { defineRule, inapplicable, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-13.3.1-4',
  title: 'An INVITE without session description is answered with an offer in the first reliable non-failure response.',
  on: 'transaction',
  methods: ['INVITE'],
  party: 'server',
  applies: ({ request, accepted }) => request.sip.bodyLength === 0 && accepted !== undefined && accepted.isOriginal,
  check: ({ request, accepted, conversation }) => {
    if (accepted === undefined || accepted.sip.bodyLength > 0) return pass
    return hasPrack(conversation)
      ? inapplicable
      : violation('the 2xx has no offer', at(accepted, 'Content-Length'), startLine(request))
  },
})
