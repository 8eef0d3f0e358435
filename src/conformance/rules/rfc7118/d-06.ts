import { uriParam } from '../../../sip/message/uri.js'
import { defineRule, pass, violation } from '../../rule.js'
import { pointAtUri, sipUrisOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '7118-D-06',
  title: 'The transport parameter of a URI is ws for secure connections too; wss is not registered.',
  on: 'message',
  applies: (message) => sipUrisOf(message).some((uri) => /^wss?$/i.test(uriParam(uri, 'transport') ?? '')),
  check: (message) => {
    const wrong = sipUrisOf(message).find((uri) => uriParam(uri, 'transport')?.toLowerCase() === 'wss')
    return wrong === undefined ? pass : violation('the URI says transport=wss', pointAtUri(message, wrong))
  },
})
