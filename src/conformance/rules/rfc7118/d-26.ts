import { uriParam } from '../../../sip/message/uri.js'
import { at } from '../../point.js'
import { inserted } from '../../proxy-vocabulary.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isWebSocket, uriOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '7118-D-26',
  title: 'A proxy between WebSocket and another transport records itself once for each side, both with lr.',
  on: 'forwarding',
  methods: ['INVITE'],
  party: 'proxy',
  applies: (forwarding) =>
    isWebSocket(forwarding.inbound.request) !== isWebSocket(forwarding.outbound.request) &&
    inserted(forwarding, 'Record-Route').length > 0,
  check: (forwarding) => {
    const own = inserted(forwarding, 'Record-Route').map(uriOf)
    const loose = own.every((uri) => uriParam(uri, 'lr') !== undefined)
    const sided = own.some((uri) => /^wss?$/i.test(uriParam(uri, 'transport') ?? ''))
    return own.length > 1 && loose && sided
      ? pass
      : violation(
          'there is not one with transport=ws and one for the other side',
          at(forwarding.outbound.request, 'Record-Route'),
        )
  },
})
