import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '4320-3-5',
  title: 'A request other than INVITE is not answered with 408.',
  on: 'response',
  applies: ({ method, status }) => method !== 'INVITE' && status >= 200,
  check: (response) => (response.status === 408 ? violation('the response is 408', startLine(response)) : pass),
})
