import { startLine } from '../../point.js'
import { defineRule, inapplicable, inconclusive, pass, violation } from '../../rule.js'
import { cancelled } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-9.1-8',
  // The client itself is the witness: it would not send the request again after a provisional response.
  title: 'CANCEL is not sent before a provisional response has come.',
  on: 'transaction',
  methods: ['CANCEL'],
  party: 'client',
  applies: (cancel) => cancelled(cancel) !== undefined,
  check: (cancel) => {
    const invite = cancelled(cancel)
    const { request } = cancel
    if (invite === undefined) return inapplicable
    if (invite.responses.some(({ atMs }) => atMs <= request.atMs)) return pass
    const again = invite.requests.find(({ atMs }) => atMs > request.atMs)
    if (again === undefined) return inconclusive('the provisional response may be missing in the capture')
    return violation('CANCEL was sent, and the request again after it', startLine(request), startLine(again))
  },
})
