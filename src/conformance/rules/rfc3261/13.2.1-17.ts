import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-13.2.1-17',
  title: 'A body of type application/sdp is a session description.',
  on: 'message',
  methods: ['INVITE', 'ACK', 'PRACK', 'UPDATE', 'OPTIONS'],
  applies: ({ description }) => description !== undefined,
  check: (message) =>
    message.description?.text.startsWith('v=0') ? pass : violation('the body does not begin with v=0', inBody(message)),
})
