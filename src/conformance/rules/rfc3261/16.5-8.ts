import { sameEnd } from '../../model/observed-message.js'
import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-16.5-8',
  title: 'A proxy tries no target twice for one request.',
  on: 'proxied',
  party: 'proxy',
  applies: ({ outbound, method }) => outbound.length > 1 && method !== 'ACK',
  check: ({ outbound }) => {
    for (const [index, { request }] of outbound.entries()) {
      const twin = outbound
        .slice(0, index)
        .find(
          ({ request: earlier }) =>
            earlier.sip.requestUri === request.sip.requestUri && sameEnd(earlier.destination, request.destination),
        )
      if (twin !== undefined)
        return violation('the target was tried before', startLine(request), startLine(twin.request))
    }
    return pass
  },
})
