import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-7.1-4',
  title: 'The version of SIP is 2.0.',
  on: 'message',
  applies: ({ sip }) => sip.version !== '',
  check: (message) =>
    message.sip.version.toUpperCase() === 'SIP/2.0'
      ? pass
      : violation(`the version is ${message.sip.version}`, startLine(message, message.sip.version)),
})
