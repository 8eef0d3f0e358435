import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-16.7-23',
  title: 'A 6xx from any branch is what a proxy passes on.',
  on: 'proxied',
  methods: ['INVITE'],
  party: 'proxy',
  applies: ({ outbound, final }) =>
    (final?.status ?? 0) >= 300 &&
    outbound.every((each) => (each.final?.status ?? 0) >= 300) &&
    outbound.some((each) => (each.final?.status ?? 0) >= 600),
  check: ({ outbound, final }) => {
    const refusal = outbound.find((each) => (each.final?.status ?? 0) >= 600)?.final
    return final === undefined || refusal === undefined || final.status >= 600 || final.atMs < refusal.atMs
      ? pass
      : violation(`${final.status} is passed on`, startLine(final), startLine(refusal))
  },
})
