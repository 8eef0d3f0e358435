import { uriParam } from '../../../sip/message/uri.js'
import { at } from '../../point.js'
import { inserted } from '../../proxy-vocabulary.js'
import { defineRule, pass, violation } from '../../rule.js'
import { uriOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '5626-5.1-6',
  title: 'A proxy that is not the first one puts no ob into Path.',
  on: 'forwarding',
  methods: ['REGISTER'],
  party: 'proxy',
  applies: (forwarding) => !forwarding.inbound.request.isFirstHop && inserted(forwarding, 'Path').length > 0,
  check: (forwarding) => {
    const [path = ''] = inserted(forwarding, 'Path').map(uriOf)
    return uriParam(path, 'ob') === undefined
      ? pass
      : violation('there is ob', at(forwarding.outbound.request, 'Path', path))
  },
})
