import type { HopTransaction } from '../../model/hop-transaction.js'
import type { ObservedMessage } from '../../model/observed-message.js'
import { inBody } from '../../point.js'
import { defineRule, inapplicable, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-13.2.1-15',
  title: 'After the answer, no response to the same INVITE has another session description.',
  on: 'transaction',
  methods: ['INVITE'],
  party: 'server',
  applies: (transaction) => answerOf(transaction) !== undefined,
  check: (transaction) => {
    const answer = answerOf(transaction)
    if (answer === undefined || transaction.conversation.transactions.some(({ method }) => method === 'UPDATE'))
      return inapplicable
    const other = transaction.responses.find(
      ({ atMs, sip, description }) =>
        atMs > answer.atMs &&
        sip.toTag === answer.sip.toTag &&
        description !== undefined &&
        description.text !== answer.description?.text,
    )
    return other === undefined
      ? pass
      : violation('another session description follows', inBody(other, 'o='), inBody(answer, 'o='))
  },
})

/** The answer in a reliable response. */
const answerOf = ({ request, responses }: HopTransaction): ObservedMessage | undefined =>
  request.description === undefined
    ? undefined
    : responses.find(
        ({ status, sip, description }) =>
          description !== undefined && ((status >= 200 && status < 300) || (status < 200 && sip.has('RSeq'))),
      )
