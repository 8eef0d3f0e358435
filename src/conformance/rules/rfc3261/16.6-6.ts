import { at, startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

/** What a proxy takes out or makes anew (RFC 3261 16.4, 16.6). */
const own = [
  'via',
  'v',
  'route',
  'max-forwards',
  'proxy-authorization',
  'record-route',
  'content-length',
  'l',
  'max-breadth',
  'path',
]

export const rule = defineRule({
  id: '3261-16.6-6',
  title: 'A proxy passes on every header field of a request.',
  on: 'forwarding',
  party: 'proxy',
  check: ({ inbound, outbound }) => {
    const lost = inbound.request.sip
      .fields()
      .find(({ name }) => !own.includes(name.toLowerCase()) && !outbound.request.sip.has(name))
    return lost === undefined
      ? pass
      : violation(`${lost.name} is missing`, startLine(outbound.request), at(inbound.request, lost.name))
  },
})
