import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { requestOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-16.7-33',
  title: 'A proxy does not change the To tag of a response in a dialog.',
  on: 'hop',
  applies: (response) =>
    !response.isRequest &&
    response.status > 100 &&
    response.forwardedFrom !== undefined &&
    (requestOf(response)?.sip.toTag ?? '') !== '',
  check: (response) => {
    const received = response.forwardedFrom
    return received === undefined || received.sip.toTag === response.sip.toTag
      ? pass
      : violation('the tag has changed', at(response, 'To'), at(received, 'To'))
  },
})
