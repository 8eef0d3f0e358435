import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { cancelled, sameAddresses } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-9.1-5',
  title: 'CANCEL has the Route values of the request that it cancels.',
  on: 'transaction',
  methods: ['CANCEL'],
  party: 'client',
  applies: (cancel) => cancelled(cancel) !== undefined,
  check: (cancel) => {
    const invite = cancelled(cancel)?.request
    const { request } = cancel
    return invite === undefined || sameAddresses(request.sip.list('Route'), invite.sip.list('Route'))
      ? pass
      : violation('Route is not that of the request', at(request, 'Route'), at(invite, 'Route'))
  },
})
