import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isSips, requestOf, urisOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-12.1.1-4',
  title: 'A request with sips in Request-URI, top Record-Route or Contact is answered with a sips Contact.',
  on: 'response',
  methods: ['INVITE', 'SUBSCRIBE'],
  statuses: [2],
  applies: (response) => {
    const request = requestOf(response)
    if (request === undefined || !response.sip.has('Contact')) return false
    const [route] = urisOf(request, 'Record-Route')
    return [request.sip.requestUri, route ?? urisOf(request, 'Contact')[0] ?? ''].some(isSips)
  },
  check: (response) =>
    urisOf(response, 'Contact').every(isSips) ? pass : violation('Contact is not sips', at(response, 'Contact')),
})
