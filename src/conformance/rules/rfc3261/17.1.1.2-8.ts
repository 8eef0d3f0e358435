import { defineRule, pass, violation } from '../../rule.js'
import { copyPoints, intervals } from '../../transaction-vocabulary.js'
import { seconds } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-17.1.1.2-8',
  title: 'Copies of an INVITE are equal, and each interval between them is at least as long as the one before.',
  on: 'transaction',
  methods: ['INVITE'],
  party: 'client',
  needs: ['at-client'],
  applies: (transaction) => !transaction.reliable && intervals(transaction).length > 0,
  check: (transaction) => {
    const { request, requests } = transaction
    const other = requests.findIndex(({ sip }) => sip.text !== request.sip.text)
    if (other >= 0) return violation('a copy differs from the first sending', ...copyPoints(transaction, other - 1))
    const gaps = intervals(transaction)
    const sooner = gaps.findIndex((gap, index) => index > 0 && gap < (gaps[index - 1] ?? 0) * 0.8)
    return sooner < 0
      ? pass
      : violation(
          `an interval of ${seconds(gaps[sooner] ?? 0)} follows a longer one`,
          ...copyPoints(transaction, sooner),
        )
  },
})
