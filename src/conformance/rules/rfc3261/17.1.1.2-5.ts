import { defineRule, pass, violation } from '../../rule.js'
import { copyPoints, intervals, T1_MS } from '../../transaction-vocabulary.js'
import { seconds } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-17.1.1.2-5',
  title: 'A client transaction ends after 64*T1: no copy of the INVITE comes later.',
  on: 'transaction',
  methods: ['INVITE'],
  party: 'client',
  applies: (transaction) => !transaction.reliable && intervals(transaction).length > 0,
  check: (transaction) => {
    const last = transaction.requests.at(-1)
    const after = (last?.atMs ?? 0) - transaction.request.atMs
    return after <= 64 * T1_MS + 500
      ? pass
      : violation(`a copy came after ${seconds(after)}`, ...copyPoints(transaction, transaction.requests.length - 2))
  },
})
