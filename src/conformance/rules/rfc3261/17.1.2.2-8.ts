import { defineRule, pass, violation } from '../../rule.js'
import { copyPoints, intervals, T1_MS } from '../../transaction-vocabulary.js'
import { seconds } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-17.1.2.2-8',
  title: 'A client transaction ends after 64*T1: no copy of a request comes later.',
  on: 'transaction',
  party: 'client',
  applies: (transaction) =>
    !transaction.reliable &&
    transaction.method !== 'INVITE' &&
    transaction.method !== 'ACK' &&
    intervals(transaction).length > 0,
  check: (transaction) => {
    const after = (transaction.requests.at(-1)?.atMs ?? 0) - transaction.request.atMs
    return after <= 64 * T1_MS + 500
      ? pass
      : violation(`a copy came after ${seconds(after)}`, ...copyPoints(transaction, transaction.requests.length - 2))
  },
})
