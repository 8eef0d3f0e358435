import { defineRule, pass } from '../../rule.js'
import { ofDefect } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-25.1-2',
  title: 'A parameter value with separators is a quoted string.',
  on: 'message',
  check: (message) => {
    const defect = message.sip.defects.find(
      ({ code, text }) =>
        (code === 'address' || code === 'via') && /where a parameter should begin|no value for parameter/.test(text),
    )
    return defect === undefined ? pass : ofDefect(message, defect)
  },
})
