import type { HopTransaction } from '../../model/hop-transaction.js'
import type { ObservedMessage } from '../../model/observed-message.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-8.2.6.2-7',
  // Several 1xx and 2xx tags of an INVITE come from forks; a proxy sends one refusal, and one answer to other requests.
  title: 'Every response of a server to one request has the same To tag.',
  on: 'transaction',
  party: 'server',
  applies: (transaction) => single(transaction).length > 1,
  check: (transaction) => {
    const [first, ...later] = single(transaction)
    const other = later.find(({ sip }) => sip.toTag !== first?.sip.toTag)
    if (first === undefined || other === undefined) return pass
    return violation('the To tag has changed', at(other, 'To'), at(first, 'To'))
  },
})

const single = ({ method, responses }: HopTransaction): readonly ObservedMessage[] =>
  responses.filter(({ status }) => (method === 'INVITE' ? status >= 300 : status > 100))
