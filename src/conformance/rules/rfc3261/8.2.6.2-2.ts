import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { requestOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-8.2.6.2-2',
  title: 'The Call-ID of a response is that of the request.',
  on: 'hop',
  applies: (response, { memory }) =>
    !response.isRequest && (requestOf(response) ?? memory.byBranch(response)) !== undefined,
  check: (response, { memory }) => {
    if (requestOf(response) !== undefined) return pass
    const sent = memory.byBranch(response)
    return sent === undefined || sent.callId === response.sip.callId
      ? pass
      : violation(
          `the request with this branch, frame ${sent.frame}, has Call-ID ${sent.callId}`,
          at(response, 'Call-ID'),
        )
  },
})
