import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-22.3-3',
  title: 'A proxy adds no Proxy-Authorization.',
  on: 'forwarding',
  party: 'proxy',
  check: ({ inbound, outbound }) => {
    const before = inbound.request.sip.getAll('Proxy-Authorization')
    const added = outbound.request.sip.getAll('Proxy-Authorization').find((value) => !before.includes(value))
    return added === undefined
      ? pass
      : violation('credentials are added', at(outbound.request, 'Proxy-Authorization', added))
  },
})
