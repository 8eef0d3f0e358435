import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-7.1-5',
  title: 'The version of SIP is written in upper case.',
  on: 'message',
  applies: ({ sip }) => sip.version !== '',
  check: (message) =>
    message.sip.version === message.sip.version.toUpperCase()
      ? pass
      : violation('the version is not in upper case', startLine(message, message.sip.version)),
})
