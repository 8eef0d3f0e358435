import { startLine } from '../../point.js'
import { defineRule, inapplicable, pass, violation } from '../../rule.js'
import { T1_MS } from '../../transaction-vocabulary.js'
import { seconds } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-17.2.1-9',
  title:
    'A refusal of an INVITE is repeated over UDP from T1 on, in growing intervals up to T2, and never over other transports.',
  on: 'transaction',
  methods: ['INVITE'],
  party: 'server',
  needs: ['at-server'],
  applies: ({ responses, requests, acks }) => {
    const copies = responses.filter(({ status }) => status >= 300)
    return copies.length > 1 && requests.length === 1 && acks.length === 0
  },
  check: ({ responses, reliable }) => {
    const copies = responses.filter(({ status }) => status >= 300)
    const [first, second] = copies
    if (first === undefined || second === undefined) return inapplicable
    if (reliable) return violation('it is repeated over a reliable transport', startLine(second), startLine(first))
    const after = second.atMs - first.atMs
    return after >= T1_MS * 0.8
      ? pass
      : violation(`the first copy came after ${seconds(after)}`, startLine(second), startLine(first))
  },
})
