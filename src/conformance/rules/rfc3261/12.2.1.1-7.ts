import { requestBefore } from '../../model/dialog-request.js'
import { at } from '../../point.js'
import { defineRule, inconclusive, pass, violation } from '../../rule.js'

/** Datagrams that were sent at the same time may be seen in the other order. */
const REORDERING_MS = 100

export const rule = defineRule({
  id: '3261-12.2.1.1-7',
  // A gap may be a request that the capture lacks; a number that does not grow is none.
  title: 'The CSeq number grows with every request in a dialog but ACK and CANCEL.',
  on: 'dialogRequest',
  applies: ({ request }) => request.method !== 'ACK',
  check: (dialog) => {
    const { request } = dialog
    const before = requestBefore(dialog)
    if (before === undefined || request.sip.cseq > before.sip.cseq) return pass
    if (request.atMs - before.atMs < REORDERING_MS) return inconclusive('both were sent at almost the same time')
    return violation(`the CSeq number before was ${before.sip.cseq}`, at(request, 'CSeq'), at(before, 'CSeq'))
  },
})
