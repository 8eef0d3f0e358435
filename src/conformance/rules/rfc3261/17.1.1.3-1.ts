import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-17.1.1.3-1',
  title: 'The ACK of a 2xx has a branch of its own.',
  on: 'transaction',
  methods: ['INVITE'],
  party: 'client',
  applies: ({ accepted, request }) => accepted !== undefined && request.isFirstHop,
  check: ({ acks, accepted, request }) => {
    const [ack] = acks
    const refused = (accepted?.transaction?.responses ?? []).some(({ status }) => status >= 300)
    return ack === undefined || refused
      ? pass
      : violation('the ACK has the branch of the INVITE', at(ack, 'Via'), at(request, 'Via'))
  },
})
