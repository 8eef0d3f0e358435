import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-16.7-30',
  title: 'A proxy adds no To tag to a provisional response or a 2xx.',
  on: 'hop',
  statuses: [1, 2],
  applies: (response) => response.status > 100 && response.forwardedFrom !== undefined,
  check: (response) => {
    const received = response.forwardedFrom
    return received !== undefined && received.sip.toTag === '' && response.sip.toTag !== ''
      ? violation('a tag is added', at(response, 'To'), at(received, 'To'))
      : pass
  },
})
