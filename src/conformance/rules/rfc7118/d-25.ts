import { uriParam } from '../../../sip/message/uri.js'
import { at } from '../../point.js'
import { inserted, isEdge } from '../../proxy-vocabulary.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isWebSocket, uriOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '7118-D-25',
  title: 'The edge proxy of a WebSocket client puts a Path with transport=ws and lr into REGISTER with reg-id.',
  on: 'forwarding',
  methods: ['REGISTER'],
  party: 'proxy',
  applies: (forwarding) => isWebSocket(forwarding.inbound.request) && isEdge(forwarding),
  check: (forwarding) => {
    const paths = inserted(forwarding, 'Path').map(uriOf)
    const loose = paths.every((path) => uriParam(path, 'lr') !== undefined)
    return loose && paths.some((path) => /^wss?$/i.test(uriParam(path, 'transport') ?? ''))
      ? pass
      : violation('transport=ws or lr is missing', at(forwarding.outbound.request, 'Path'))
  },
})
