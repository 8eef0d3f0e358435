import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { refusedInvite } from '../../transaction-vocabulary.js'
import { sameAddresses } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-17.1.1.3-6',
  title: 'The ACK of a refusal has the Route values of the INVITE.',
  on: 'hop',
  methods: ['ACK'],
  applies: (ack) => refusedInvite(ack) !== undefined,
  check: (ack) => {
    const invite = refusedInvite(ack)
    return invite === undefined || sameAddresses(ack.sip.list('Route'), invite.sip.list('Route'))
      ? pass
      : violation('Route is not that of the INVITE', at(ack, 'Route'), at(invite, 'Route'))
  },
})
