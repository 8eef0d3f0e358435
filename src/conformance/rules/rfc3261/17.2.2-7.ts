import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-17.2.2-7',
  title: 'A copy of a request other than INVITE is answered with the same final response.',
  on: 'transaction',
  party: 'server',
  applies: ({ method, responses }) => method !== 'INVITE' && responses.filter(({ status }) => status >= 200).length > 1,
  check: ({ responses }) => {
    const [first, ...later] = responses.filter(({ status }) => status >= 200)
    const other = later.find(({ sip }) => sip.text !== first?.sip.text)
    return other === undefined || first === undefined
      ? pass
      : violation('the copy differs', startLine(other), startLine(first))
  },
})
