import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-17.2.2-8',
  title: 'A request other than INVITE gets one final response.',
  on: 'transaction',
  party: 'server',
  applies: ({ method, final }) => method !== 'INVITE' && final !== undefined,
  check: ({ responses, final }) => {
    const other = responses.find(({ status }) => status >= 200 && status !== final?.status)
    return other === undefined || final === undefined
      ? pass
      : violation(`${final.status} is followed by ${other.status}`, startLine(other), startLine(final))
  },
})
