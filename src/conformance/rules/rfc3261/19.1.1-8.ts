import { uriParam } from '../../../sip/message/uri.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isSips, pointAtUri, sipUrisOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-19.1.1-8',
  title: 'A sips URI never asks for UDP.',
  on: 'message',
  applies: (message) => sipUrisOf(message).some(isSips),
  check: (message) => {
    const wrong = sipUrisOf(message).find((uri) => isSips(uri) && uriParam(uri, 'transport')?.toLowerCase() === 'udp')
    return wrong === undefined ? pass : violation(`${wrong} asks for UDP`, pointAtUri(message, wrong))
  },
})
