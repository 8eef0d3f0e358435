import { defineRule, pass, violation } from '../../rule.js'
import { copyPoints, intervals, T1_MS } from '../../transaction-vocabulary.js'
import { seconds } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-17.1.1.2-3',
  title: 'An INVITE over UDP without response is sent again after T1 (500 ms).',
  on: 'transaction',
  methods: ['INVITE'],
  party: 'client',
  needs: ['at-client'],
  applies: (transaction) => !transaction.reliable && intervals(transaction).length > 0,
  check: (transaction) => {
    const [first = 0] = intervals(transaction)
    // A longer interval may hide a copy that the capture lacks.
    return first >= T1_MS * 0.8
      ? pass
      : violation(`the second copy came after ${seconds(first)}`, ...copyPoints(transaction, 0))
  },
})
