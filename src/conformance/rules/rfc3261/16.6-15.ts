import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { sameAddresses } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-16.6-15',
  title: 'A proxy puts its Record-Route before those that are there.',
  on: 'forwarding',
  party: 'proxy',
  applies: ({ outbound }) => outbound.request.sip.has('Record-Route'),
  check: ({ inbound, outbound }) => {
    const before = inbound.request.sip.list('Record-Route')
    const after = outbound.request.sip.list('Record-Route')
    return before.length === 0 || sameAddresses(after.slice(-before.length), before)
      ? pass
      : violation(
          'what was there is not at the end',
          at(outbound.request, 'Record-Route'),
          at(inbound.request, 'Record-Route'),
        )
  },
})
