import { requestBefore } from '../../model/dialog-request.js'
import { at, startLine } from '../../point.js'
import { defineRule, inconclusive, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-12.2.2-4',
  title: 'A request in a dialog with a lower CSeq number than the last one is refused with 500.',
  on: 'dialogRequest',
  party: 'server',
  needs: ['at-server'],
  applies: (dialog) => {
    const before = requestBefore(dialog)
    return dialog.request.method !== 'ACK' && before !== undefined && before.sip.cseq > dialog.request.sip.cseq
  },
  check: ({ transaction }) => {
    const { accepted, final } = transaction
    if (accepted !== undefined) return violation('it is accepted', startLine(accepted), at(transaction.request, 'CSeq'))
    return final === undefined ? inconclusive('no final response is seen') : pass
  },
})
