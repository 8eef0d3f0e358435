import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-8.1.1.4-1',
  title: 'Every request of a dialog has its Call-ID.',
  on: 'request',
  applies: (request, { memory }) => request.sip.toTag !== '' && memory.byTags(request) !== undefined,
  check: (request, { memory }) => {
    const begun = memory.byTags(request)
    return begun === undefined || begun.callId === request.sip.callId
      ? pass
      : violation(
          `the dialog with these tags began with Call-ID ${begun.callId} in frame ${begun.frame}`,
          at(request, 'Call-ID'),
        )
  },
})
