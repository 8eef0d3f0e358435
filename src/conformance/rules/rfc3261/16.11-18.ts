import { viaKey } from '../../model/forwarding.js'
import { at, startLine } from '../../point.js'
import { defineRule, inapplicable, pass, violation } from '../../rule.js'
import { requestOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-16.11-18',
  title: 'A proxy sends a response without its own Via to where the next Via points.',
  on: 'hop',
  applies: (response) =>
    !response.isRequest && response.forwardedFrom !== undefined && requestOf(response) !== undefined,
  check: (response) => {
    const received = response.forwardedFrom
    const request = requestOf(response)
    if (received === undefined || request === undefined) return inapplicable
    if (received.vias.slice(1).map(viaKey).join() !== response.vias.map(viaKey).join())
      return violation('more than its own Via has changed', at(response, 'Via'), at(received, 'Via'))
    return response.destination.host === request.source.host
      ? pass
      : violation(`it goes to ${response.destination.host}`, startLine(response), at(response, 'Via'))
  },
})
