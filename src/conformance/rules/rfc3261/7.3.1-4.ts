import { splitList } from '../../../sip/message/list.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

const fields = ['WWW-Authenticate', 'Authorization', 'Proxy-Authenticate', 'Proxy-Authorization']
/** A scheme and the first parameter after a comma: what a second challenge in the same line begins with. */
const secondScheme = /^[A-Za-z][\w-]* +[A-Za-z][\w-]* *=/

export const rule = defineRule({
  id: '3261-7.3.1-4',
  title: 'Challenges and credentials are never joined by a comma in one header line.',
  on: 'message',
  applies: ({ sip }) => fields.some((name) => sip.has(name)),
  check: (message) => {
    for (const name of fields) {
      for (const value of message.sip.getAll(name)) {
        const joined = splitList(value)
          .slice(1)
          .find((part) => secondScheme.test(part))
        if (joined !== undefined) return violation(`${name} holds two values`, at(message, name, joined))
      }
    }
    return pass
  },
})
