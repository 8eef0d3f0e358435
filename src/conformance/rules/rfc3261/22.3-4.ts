import { startLine } from '../../point.js'
import { defineRule, inconclusive, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-22.3-4',
  title: 'A 407 that a proxy receives is passed on.',
  on: 'proxied',
  party: 'proxy',
  applies: ({ outbound }) => outbound.length > 0 && outbound.every(({ final }) => final?.status === 407),
  check: ({ outbound, final }) => {
    const [first] = outbound
    if (final === undefined || first?.final === undefined) return inconclusive('no final response is seen')
    return final.status === 407
      ? pass
      : violation(`${final.status} is sent instead`, startLine(final), startLine(first.final))
  },
})
