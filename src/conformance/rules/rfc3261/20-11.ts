import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

const fields = ['From', 'To', 'Contact', 'Route', 'Record-Route', 'Reply-To', 'Refer-To']

export const rule = defineRule({
  id: '3261-20-11',
  // The semicolon cannot be told from a header parameter; the comma and the question mark can.
  title: 'A URI with a comma, question mark or semicolon stands in angle brackets.',
  on: 'message',
  check: (message) => {
    for (const name of fields) {
      const bare = message.sip.list(name).find((value) => !value.includes('<') && /^[^;"]*\?/.test(value))
      if (bare !== undefined) return violation('the URI needs angle brackets', at(message, name, bare))
    }
    return pass
  },
})
