import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

/** What a CANCEL and a response that cross need at most. */
const CROSSING_MS = 2000

export const rule = defineRule({
  id: '3261-16.10-2',
  title: 'A CANCEL that a proxy takes leads to one on every pending branch.',
  on: 'proxied',
  methods: ['INVITE'],
  party: 'proxy',
  applies: (inbound) => {
    const cancel = inbound.conversation.siblingOf(inbound, 'CANCEL')
    return cancel !== undefined && inbound.outbound.some(({ final }) => (final?.atMs ?? 0) > cancel.request.atMs)
  },
  check: (inbound) => {
    const { conversation, outbound } = inbound
    const cancel = conversation.siblingOf(inbound, 'CANCEL')
    const pending = outbound.find(
      (each) =>
        cancel !== undefined &&
        each.provisionals.some(({ atMs }) => atMs < cancel.request.atMs) &&
        each.final !== undefined &&
        each.final.status !== 487 &&
        each.final.atMs > cancel.request.atMs + CROSSING_MS &&
        conversation.siblingOf(each, 'CANCEL') === undefined,
    )
    return pending?.final === undefined || cancel === undefined
      ? pass
      : violation('a pending branch is not cancelled', startLine(pending.final), startLine(cancel.request))
  },
})
