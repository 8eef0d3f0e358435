import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { requestOf, sameAddresses } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-12.1.1-1',
  title: 'A response that makes a dialog has the Record-Route values of its request, in the same order.',
  on: 'hop',
  methods: ['INVITE', 'SUBSCRIBE'],
  statuses: [1, 2],
  applies: (response) =>
    response.status > 100 &&
    response.sip.toTag !== '' &&
    requestOf(response)?.sip.has('Record-Route') === true &&
    requestOf(response)?.sip.toTag === '',
  check: (response) => {
    const request = requestOf(response)
    const wanted = request?.sip.list('Record-Route') ?? []
    // Proxies after this hop have put theirs before those that were there.
    const found = response.sip.list('Record-Route').slice(-wanted.length)
    return request === undefined || sameAddresses(found, wanted)
      ? pass
      : violation('Record-Route is not that of the request', at(response, 'Record-Route'), at(request, 'Record-Route'))
  },
})
