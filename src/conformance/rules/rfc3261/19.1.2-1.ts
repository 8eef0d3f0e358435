import { defineRule, pass, violation } from '../../rule.js'
import { pointAtUri, sipUrisOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-19.1.2-1',
  title: 'URIs hold only the characters that their parts allow; others are escaped.',
  on: 'message',
  check: (message) => {
    const wrong = sipUrisOf(message).find(
      (uri) => /[\s"<>\x00-\x1f\x7f-\xff]/.test(uri) || /%(?![0-9a-fA-F]{2})/.test(uri),
    )
    return wrong === undefined
      ? pass
      : violation(`${wrong} holds a character that must be escaped`, pointAtUri(message, wrong))
  },
})
