import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

const fields = ['Record-Route', 'Contact', 'Supported', 'Allow', 'Accept', 'P-Asserted-Identity', 'History-Info']

export const rule = defineRule({
  id: '3261-16.6-9',
  title: 'A proxy keeps the order of values with one header name.',
  on: 'forwarding',
  party: 'proxy',
  applies: ({ inbound }) => fields.some((name) => inbound.request.sip.list(name).length > 1),
  check: ({ inbound, outbound }) => {
    for (const name of fields) {
      const before = inbound.request.sip.list(name)
      const after = outbound.request.sip.list(name).filter((value) => before.includes(value))
      if (after.length === before.length && after.join() !== before.join())
        return violation(`the order of ${name} has changed`, at(outbound.request, name), at(inbound.request, name))
    }
    return pass
  },
})
