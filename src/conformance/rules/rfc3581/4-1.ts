import type { ObservedMessage } from '../../model/observed-message.js'
import { at } from '../../point.js'
import { defineRule, inconclusive, pass } from '../../rule.js'
import { symmetricViolation } from '../../symmetric-response.js'
import { isWebSocket, requestOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3581-4-1',
  title: 'A server that is asked for it puts the source port into rport.',
  on: 'hop',
  applies: (response) => !response.isRequest && asksForPort(response),
  check: (response, { vantage }) => {
    const port = requestOf(response)?.source.port
    const { rport } = response.sip.topVia
    if (rport === port) return pass
    if (rport !== undefined && !vantage.isAt(response.source.host))
      return inconclusive('the port may have been translated on the way')
    return symmetricViolation(response, `the request came from port ${port}`, at(response, 'Via'))
  },
})

const asksForPort = (response: ObservedMessage): boolean => {
  const request = requestOf(response)
  return request !== undefined && request.sip.topVia.params.get('rport') === '' && !isWebSocket(request)
}
