import { defineRule, pass, violation } from '../../rule.js'
import { pointAtUri, sipUrisOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-19.1.1-2',
  title: 'A URI with @ has a user part.',
  on: 'message',
  check: (message) => {
    const empty = sipUrisOf(message).find((uri) => /^sips?:(:[^@]*)?@/i.test(uri))
    return empty === undefined ? pass : violation(`${empty} has an empty user part`, pointAtUri(message, empty))
  },
})
