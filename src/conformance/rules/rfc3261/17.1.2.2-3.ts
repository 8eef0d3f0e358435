import { defineRule, pass, violation } from '../../rule.js'
import { copyPoints, intervals, T1_MS, T2_MS } from '../../transaction-vocabulary.js'
import { seconds } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-17.1.2.2-3',
  title: 'A request other than INVITE is sent again after T1 at the earliest, and then never sooner than before.',
  on: 'transaction',
  party: 'client',
  needs: ['at-client'],
  applies: (transaction) =>
    !transaction.reliable &&
    transaction.method !== 'INVITE' &&
    transaction.method !== 'ACK' &&
    intervals(transaction).length > 0,
  check: (transaction) => {
    const gaps = intervals(transaction)
    const sooner = gaps.findIndex(
      (gap, index) => gap < Math.min(T2_MS, index === 0 ? T1_MS : (gaps[index - 1] ?? 0)) * 0.8,
    )
    return sooner < 0
      ? pass
      : violation(`a copy came after ${seconds(gaps[sooner] ?? 0)}`, ...copyPoints(transaction, sooner))
  },
})
