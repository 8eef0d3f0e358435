import { startLine } from '../../point.js'
import { defineRule, inconclusive, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-17.1.1.2-22',
  title: 'Every copy of a refusal that arrives is acknowledged again.',
  on: 'transaction',
  methods: ['INVITE'],
  party: 'client',
  needs: ['at-client'],
  applies: ({ acks, responses }) => acks.length > 0 && responses.filter(({ status }) => status >= 300).length > 1,
  check: ({ acks, responses }) => {
    const copies = responses.filter(({ status }) => status >= 300)
    if (acks.length >= copies.length || acks.length > 1) return pass
    if (copies.length < 6) return inconclusive('an ACK may be missing in the capture')
    return violation(`${copies.length} copies came, one ACK was sent`, startLine(acks[0]!), startLine(copies.at(-1)!))
  },
})
