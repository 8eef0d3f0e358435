import { at, startLine } from '../../point.js'
import { defineRule, inapplicable, pass, violation } from '../../rule.js'
import { cancelled, sameAddresses } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-9.1-2',
  title: 'CANCEL has Request-URI, Call-ID, To, From and CSeq number of the request that it cancels.',
  on: 'transaction',
  methods: ['CANCEL'],
  party: 'client',
  applies: (cancel) => cancelled(cancel) !== undefined,
  check: (cancel) => {
    const invite = cancelled(cancel)?.request
    const { request } = cancel
    if (invite === undefined) return inapplicable
    if (request.sip.requestUri !== invite.sip.requestUri)
      return violation('the Request-URI differs', startLine(request), startLine(invite))
    for (const name of ['To', 'From'])
      if (!sameAddresses([request.sip.get(name) ?? ''], [invite.sip.get(name) ?? '']))
        return violation(`${name} differs`, at(request, name), at(invite, name))
    return request.sip.cseq === invite.sip.cseq
      ? pass
      : violation('the CSeq number differs', at(request, 'CSeq'), at(invite, 'CSeq'))
  },
})
