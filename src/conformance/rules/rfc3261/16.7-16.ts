import { startLine } from '../../point.js'
import { defineRule, inapplicable, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-16.7-16',
  title: 'A proxy passes on no refusal below 600 while another branch is pending.',
  on: 'proxied',
  methods: ['INVITE'],
  party: 'proxy',
  applies: ({ outbound, final }) => outbound.length > 1 && (final?.status ?? 0) >= 300 && (final?.status ?? 0) < 600,
  check: ({ outbound, final, conversation }) => {
    if (final === undefined) return inapplicable
    const pending = outbound.find(
      (each) =>
        each.request.atMs < final.atMs &&
        each.final !== undefined &&
        each.final.atMs > final.atMs &&
        conversation.siblingOf(each, 'CANCEL') === undefined,
    )
    return pending?.final === undefined
      ? pass
      : violation('a branch is answered only later', startLine(final), startLine(pending.final))
  },
})
