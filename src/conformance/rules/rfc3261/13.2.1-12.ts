import type { HopTransaction } from '../../model/hop-transaction.js'
import type { ObservedMessage } from '../../model/observed-message.js'
import { inBody } from '../../point.js'
import { defineRule, inapplicable, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-13.2.1-12',
  title: 'A 2xx repeats the session description of the provisional response before it.',
  on: 'transaction',
  methods: ['INVITE'],
  party: 'server',
  applies: (transaction) => previewOf(transaction) !== undefined,
  check: (transaction) => {
    const { accepted } = transaction
    const preview = previewOf(transaction)
    if (accepted === undefined || preview === undefined) return inapplicable
    return accepted.description?.text === preview.description?.text
      ? pass
      : violation('the session description has changed', inBody(accepted, 'o='), inBody(preview, 'o='))
  },
})

/** The first description in an unreliable provisional response, when the 2xx with the same tag has one too. */
const previewOf = ({ request, responses, accepted }: HopTransaction): ObservedMessage | undefined =>
  request.description === undefined || accepted?.description === undefined
    ? undefined
    : responses.find(
        ({ status, sip, description }) =>
          status < 200 && description !== undefined && !sip.has('RSeq') && sip.toTag === accepted.sip.toTag,
      )
