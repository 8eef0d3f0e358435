import { at } from '../../point.js'
import { defineRule, pass } from '../../rule.js'
import { symmetricViolation } from '../../symmetric-response.js'
import { isWebSocket, requestOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3581-4-2',
  title: 'A server that is asked for rport adds received, even when it equals the host in Via.',
  on: 'hop',
  applies: (response) => {
    const request = requestOf(response)
    return (
      !response.isRequest &&
      request !== undefined &&
      request.sip.topVia.params.get('rport') === '' &&
      !isWebSocket(request)
    )
  },
  check: (response) =>
    response.sip.topVia.received === undefined
      ? symmetricViolation(response, 'received is missing', at(response, 'Via'))
      : pass,
})
