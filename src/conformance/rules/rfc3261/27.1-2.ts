import { isToken } from '../../../sip/message/char-class.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

const fields = ['Supported', 'Require', 'Proxy-Require', 'Unsupported']

export const rule = defineRule({
  id: '3261-27.1-2',
  title: 'Option tags are tokens.',
  on: 'message',
  applies: ({ sip }) => fields.some((name) => sip.has(name)),
  check: (message) => {
    for (const name of fields) {
      const wrong = message.sip.list(name).find((tag) => tag !== '' && !isToken(tag))
      if (wrong !== undefined) return violation(`${wrong} is no token`, at(message, name, wrong))
    }
    return pass
  },
})
