import { at, startLine } from '../../point.js'
import { inserted } from '../../proxy-vocabulary.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isSips, uriOf, urisOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-16.6-23',
  title: 'A proxy that sends a request for a sips URI, or with a sips Route first, records a sips URI.',
  on: 'forwarding',
  party: 'proxy',
  applies: (forwarding) => {
    const { request } = forwarding.outbound
    return (
      inserted(forwarding, 'Record-Route').length > 0 &&
      (isSips(request.sip.requestUri) || isSips(urisOf(request, 'Route')[0] ?? ''))
    )
  },
  check: (forwarding) =>
    isSips(uriOf(inserted(forwarding, 'Record-Route')[0] ?? ''))
      ? pass
      : violation(
          'the recorded URI is not sips',
          at(forwarding.outbound.request, 'Record-Route'),
          startLine(forwarding.outbound.request),
        ),
})
