import { acceptedTags, acksOf } from '../../dialog-vocabulary.js'
import { startLine } from '../../point.js'
import { defineRule, inapplicable, inconclusive, pass, violation } from '../../rule.js'

/** So many that losses of the capture cannot explain the difference. */
const enoughCopies = 6

export const rule = defineRule({
  id: '3261-13.2.2-10',
  title: 'Every copy of a 2xx that arrives is acknowledged again.',
  on: 'transaction',
  methods: ['INVITE'],
  party: 'client',
  needs: ['at-client'],
  applies: ({ request, responses }) =>
    request.isFirstHop && responses.filter(({ status }) => status >= 200 && status < 300).length > 1,
  check: (transaction) => {
    const [tag = ''] = acceptedTags(transaction)
    const copies = transaction.responses.filter(({ status, sip }) => status >= 200 && status < 300 && sip.toTag === tag)
    const [ack] = acksOf(transaction, tag)
    if (ack === undefined || ack.requests.length > 1) return ack === undefined ? inapplicable : pass
    if (copies.length < enoughCopies)
      return ack.requests.length >= copies.length ? pass : inconclusive('an ACK may be missing in the capture')
    return violation(
      `${copies.length} copies came, one ACK was sent`,
      startLine(ack.request),
      startLine(copies.at(-1)!),
    )
  },
})
