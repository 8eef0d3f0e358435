import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-22.1-9',
  title: 'ACK is never challenged.',
  on: 'transaction',
  methods: ['ACK'],
  party: 'server',
  check: ({ responses }) => {
    const challenge = responses.find(({ status }) => status === 401 || status === 407)
    return challenge === undefined ? pass : violation('ACK is challenged', startLine(challenge))
  },
})
