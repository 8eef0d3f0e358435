import { uriParam } from '../../../sip/message/uri.js'
import { defineRule, pass, violation } from '../../rule.js'
import { pointAtUri, sipUrisOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-19.1.2-5',
  title: 'A telephone number in a user part has the characters escaped that a user part does not allow.',
  on: 'message',
  applies: (message) => sipUrisOf(message).some((uri) => uriParam(uri, 'user')?.toLowerCase() === 'phone'),
  check: (message) => {
    const wrong = sipUrisOf(message).find(
      (uri) =>
        uriParam(uri, 'user')?.toLowerCase() === 'phone' && /[#"<>^\x60{|}\\ ]/.test(uri.slice(0, uri.indexOf('@'))),
    )
    return wrong === undefined ? pass : violation(`${wrong} has an unescaped character`, pointAtUri(message, wrong))
  },
})
