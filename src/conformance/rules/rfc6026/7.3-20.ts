import type { HopTransaction } from '../../model/hop-transaction.js'
import type { ObservedMessage } from '../../model/observed-message.js'
import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { T1_MS, T2_MS } from '../../transaction-vocabulary.js'
import { seconds } from '../../vocabulary.js'

export const rule = defineRule({
  id: '6026-7.3-20',
  title: 'A 2xx to an INVITE is repeated from T1 on, in growing intervals up to T2, until the ACK comes.',
  on: 'transaction',
  methods: ['INVITE'],
  party: 'server',
  needs: ['at-server'],
  applies: (transaction) => transaction.requests.length === 1 && copiesOf(transaction).length > 1,
  check: (transaction) => {
    const copies = copiesOf(transaction)
    const gaps = copies.slice(1).map(({ atMs }, index) => atMs - (copies[index]?.atMs ?? 0))
    const sooner = gaps.findIndex(
      (gap, index) => gap < Math.min(T2_MS, index === 0 ? T1_MS : (gaps[index - 1] ?? 0)) * 0.8,
    )
    return sooner < 0
      ? pass
      : violation(
          `a copy came after ${seconds(gaps[sooner] ?? 0)}`,
          ...copies.slice(sooner, sooner + 2).map((copy) => startLine(copy)),
        )
  },
})

const copiesOf = ({ responses }: HopTransaction): readonly ObservedMessage[] => {
  const accepted = responses.filter(({ status }) => status >= 200 && status < 300)
  return accepted.filter(({ sip }) => sip.toTag === accepted[0]?.sip.toTag)
}
