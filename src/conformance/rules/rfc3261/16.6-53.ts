import { sameEnd } from '../../model/observed-message.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-16.6-53',
  title: 'Attempts of a proxy at different destinations have different branches.',
  on: 'proxied',
  party: 'proxy',
  applies: ({ outbound, method }) =>
    method !== 'ACK' &&
    new Set(outbound.map(({ request }) => `${request.destination.host}:${request.destination.port}`)).size > 1,
  check: ({ outbound }) => {
    for (const [index, { request }] of outbound.entries()) {
      const twin = outbound
        .slice(0, index)
        .find(
          ({ request: earlier }) =>
            earlier.sip.topVia.branch === request.sip.topVia.branch &&
            !sameEnd(earlier.destination, request.destination),
        )
      if (twin !== undefined)
        return violation('the branch was used for another destination', at(request, 'Via'), at(twin.request, 'Via'))
    }
    return pass
  },
})
