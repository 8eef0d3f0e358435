import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { T2_MS } from '../../transaction-vocabulary.js'
import { seconds } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-17.1.2.2-7',
  title: 'After a provisional response a request other than INVITE is sent again every T2 (4 s).',
  on: 'transaction',
  party: 'client',
  needs: ['at-client'],
  applies: ({ method, provisionals, requests, reliable }) => {
    const [first] = provisionals
    return (
      method !== 'INVITE' &&
      !reliable &&
      first !== undefined &&
      requests.filter(({ atMs }) => atMs > first.atMs).length > 1
    )
  },
  check: (transaction) => {
    const [first] = transaction.provisionals
    const copies = transaction.requests.filter(({ atMs }) => atMs > (first?.atMs ?? 0))
    // The first of them was due by the timer that ran when the response came.
    const sooner = copies.findIndex(
      ({ atMs }, index) => index > 0 && atMs - (copies[index - 1]?.atMs ?? 0) < T2_MS * 0.8,
    )
    const [before, copy] = copies.slice(Math.max(0, sooner - 1))
    if (sooner < 0 || before === undefined || copy === undefined) return pass
    return violation(`a copy came after ${seconds(copy.atMs - before.atMs)}`, startLine(copy), startLine(before))
  },
})
