import { isRegisteredOptionTag } from '../../option-tags.js'
import { at, startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { tokens } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-16.3-15',
  title: 'A proxy refuses a request whose Proxy-Require it does not understand with 420.',
  on: 'transaction',
  party: 'server',
  applies: ({ request, outbound, final }) =>
    tokens(request, 'Proxy-Require').some((tag) => !isRegisteredOptionTag(tag)) &&
    (outbound.length > 0 || final?.status === 420),
  check: ({ request, outbound }) => {
    const [passedOn] = outbound
    return passedOn === undefined
      ? pass
      : violation('it is passed on', at(request, 'Proxy-Require'), startLine(passedOn.request))
  },
})
