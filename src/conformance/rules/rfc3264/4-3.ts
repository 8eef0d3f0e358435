import { startLine } from '../../point.js'
import { defineRule, inapplicable, inconclusive, pass, violation } from '../../rule.js'

/** Requests that cross on their way are glare and no mistake of either side (RFC 3261 14.1). */
const CROSSING_MS = 500

export const rule = defineRule({
  id: '3264-4-3',
  title: 'Who holds an offer answers it before making one.',
  on: 'offering',
  applies: ({ open, ownOffer }) => open === undefined || !ownOffer,
  check: ({ message, open, answeredLater }) => {
    if (open === undefined) return pass
    if (message.atMs - open.atMs < CROSSING_MS) return inapplicable
    return answeredLater === undefined
      ? inconclusive('the answer may be missing in the capture')
      : violation('the offer before was answered only later', startLine(message), startLine(open))
  },
})
