import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '4320-3-1',
  title: 'A request other than INVITE gets no provisional response but 100.',
  on: 'response',
  applies: ({ method }) => method !== 'INVITE',
  check: (response) =>
    response.status > 100 && response.status < 200 ? violation('it is provisional', startLine(response)) : pass,
})
