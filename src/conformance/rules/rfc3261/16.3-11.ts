import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-16.3-11',
  title: 'A proxy refuses a request with Max-Forwards: 0 with 483.',
  on: 'transaction',
  party: 'server',
  applies: ({ request, method, final, outbound }) =>
    request.sip.get('Max-Forwards') === '0' &&
    method !== 'OPTIONS' &&
    method !== 'ACK' &&
    (outbound.length > 0 || final?.status === 483),
  check: ({ request, outbound }) => {
    const [passedOn] = outbound
    return passedOn === undefined
      ? pass
      : violation('it is passed on', at(request, 'Max-Forwards'), at(passedOn.request, 'Max-Forwards'))
  },
})
