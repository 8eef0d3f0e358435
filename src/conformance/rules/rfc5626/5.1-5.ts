import { uriParam } from '../../../sip/message/uri.js'
import { at } from '../../point.js'
import { inserted, isEdge } from '../../proxy-vocabulary.js'
import { defineRule, pass, violation } from '../../rule.js'
import { uriOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '5626-5.1-5',
  title: 'The Path URI of an edge proxy has ob.',
  on: 'forwarding',
  methods: ['REGISTER'],
  party: 'proxy',
  applies: (forwarding) => isEdge(forwarding),
  check: (forwarding) => {
    const [path = ''] = inserted(forwarding, 'Path').map(uriOf)
    return uriParam(path, 'ob') === undefined
      ? violation('there is no ob', at(forwarding.outbound.request, 'Path', path))
      : pass
  },
})
