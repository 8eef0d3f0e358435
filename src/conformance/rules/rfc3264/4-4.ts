import { startLine } from '../../point.js'
import { defineRule, inconclusive, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3264-4-4',
  title: 'No second offer is made before the first one is answered or refused.',
  on: 'offering',
  applies: ({ open, ownOffer }) => open === undefined || ownOffer,
  check: ({ message, open, answeredLater }) => {
    if (open === undefined) return pass
    return answeredLater === undefined
      ? inconclusive('the answer may be missing in the capture')
      : violation('the offer before was answered only later', startLine(message), startLine(open))
  },
})
