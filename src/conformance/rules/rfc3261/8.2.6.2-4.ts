import { viaKey } from '../../model/forwarding.js'
import { at } from '../../point.js'
import { defineRule, inapplicable, pass, violation } from '../../rule.js'
import { requestOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-8.2.6.2-4',
  title: 'A response has the Via values of the request in the same order.',
  on: 'hop',
  applies: (response) => !response.isRequest && requestOf(response) !== undefined,
  check: (response) => {
    const request = requestOf(response)
    if (request === undefined) return inapplicable
    const wanted = request.vias.map(viaKey)
    const found = response.vias.map(viaKey)
    return wanted.join() === found.join()
      ? pass
      : violation('the Via list is not that of the request', at(response, 'Via'), at(request, 'Via'))
  },
})
