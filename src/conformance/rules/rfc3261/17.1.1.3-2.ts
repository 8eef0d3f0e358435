import { at, startLine } from '../../point.js'
import { defineRule, inapplicable, pass, violation } from '../../rule.js'
import { refusedInvite } from '../../transaction-vocabulary.js'
import { sameAddresses } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-17.1.1.3-2',
  title: 'The ACK of a refusal has Call-ID, From and Request-URI of the INVITE.',
  on: 'hop',
  methods: ['ACK'],
  applies: (ack) => refusedInvite(ack) !== undefined,
  check: (ack) => {
    const invite = refusedInvite(ack)
    if (invite === undefined) return inapplicable
    if (ack.sip.requestUri !== invite.sip.requestUri)
      return violation('the Request-URI differs', startLine(ack), startLine(invite))
    return sameAddresses([ack.sip.get('From') ?? ''], [invite.sip.get('From') ?? ''])
      ? pass
      : violation('From differs', at(ack, 'From'), at(invite, 'From'))
  },
})
