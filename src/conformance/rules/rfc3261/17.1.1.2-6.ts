import { defineRule, pass, violation } from '../../rule.js'
import { copyPoints, intervals, T1_MS } from '../../transaction-vocabulary.js'
import { seconds } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-17.1.1.2-6',
  title: 'The second interval between copies of an INVITE is 2*T1.',
  on: 'transaction',
  methods: ['INVITE'],
  party: 'client',
  needs: ['at-client'],
  applies: (transaction) => !transaction.reliable && intervals(transaction).length > 1,
  check: (transaction) => {
    const [, second = 0] = intervals(transaction)
    return second >= 2 * T1_MS * 0.8
      ? pass
      : violation(`the third copy came after ${seconds(second)}`, ...copyPoints(transaction, 1))
  },
})
