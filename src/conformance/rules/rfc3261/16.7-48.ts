import { startLine } from '../../point.js'
import { defineRule, inapplicable, pass, violation } from '../../rule.js'

/** What a CANCEL and a response that cross need at most. */
const CROSSING_MS = 2000

export const rule = defineRule({
  id: '3261-16.7-48',
  // A branch that was cancelled would end with 487, so that a CANCEL which the capture lacks shows too.
  title: 'After a 2xx or 6xx a proxy cancels the branches that are pending.',
  on: 'proxied',
  methods: ['INVITE'],
  party: 'proxy',
  applies: ({ outbound, final }) =>
    outbound.length > 1 &&
    final !== undefined &&
    (final.status < 300 || final.status >= 600) &&
    outbound.some((each) => (each.final?.atMs ?? 0) > final.atMs),
  check: ({ outbound, final, conversation }) => {
    if (final === undefined) return inapplicable
    const pending = outbound.find(
      (each) =>
        each.final !== undefined &&
        each.final.status !== 487 &&
        each.final.atMs > final.atMs + CROSSING_MS &&
        each.request.atMs < final.atMs &&
        conversation.siblingOf(each, 'CANCEL') === undefined,
    )
    return pending?.final === undefined
      ? pass
      : violation('a pending branch is not cancelled', startLine(pending.final), startLine(final))
  },
})
