import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-20.14-3',
  title: 'Without a body Content-Length is 0.',
  on: 'hop',
  applies: (message) =>
    message.sip.has('Content-Length') && message.captured.bytes.length === message.sip.head.bodyStart,
  check: (message) =>
    Number(message.sip.get('Content-Length')) === 0
      ? pass
      : violation('there is no body', at(message, 'Content-Length')),
})
