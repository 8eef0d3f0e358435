import { startLine } from '../../point.js'
import { lacksBranch } from '../../proxy-vocabulary.js'
import { defineRule, inconclusive, pass, violation } from '../../rule.js'

/** What a proxy says of its own when no branch has said anything better (16.7 step 6, 16.8, 16.9). */
const ownCodes = [408, 480, 487, 500, 503]

export const rule = defineRule({
  id: '3261-16.7-22',
  title: 'The refusal that a proxy sends is one that it has received.',
  on: 'proxied',
  methods: ['INVITE'],
  party: 'proxy',
  applies: ({ outbound, final }) =>
    (final?.status ?? 0) >= 300 && outbound.length > 0 && outbound.every((each) => (each.final?.status ?? 0) >= 300),
  check: (inbound) => {
    const { outbound, final } = inbound
    if (lacksBranch(inbound)) return inconclusive('the capture lacks a branch')
    const received = outbound.map((each) => each.final?.status ?? 0)
    return final === undefined || received.includes(final.status) || ownCodes.includes(final.status)
      ? pass
      : violation(
          `${received.join(', ')} came, ${final.status} was sent`,
          startLine(final),
          ...outbound.map((each) => startLine(each.final!)),
        )
  },
})
