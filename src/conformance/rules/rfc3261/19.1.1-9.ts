import { uriParam } from '../../../sip/message/uri.js'
import { defineRule, pass, violation } from '../../rule.js'
import { pointAtUri, sipUrisOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-19.1.1-9',
  title: 'The ttl parameter of a URI stands only beside a multicast maddr.',
  on: 'message',
  applies: (message) => sipUrisOf(message).some((uri) => uriParam(uri, 'ttl') !== undefined),
  check: (message) => {
    const wrong = sipUrisOf(message).find(
      (uri) => uriParam(uri, 'ttl') !== undefined && !/^(22[4-9]|23\d)\./.test(uriParam(uri, 'maddr') ?? ''),
    )
    return wrong === undefined
      ? pass
      : violation(`${wrong} has ttl without a multicast maddr`, pointAtUri(message, wrong))
  },
})
