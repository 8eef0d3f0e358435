import { sameEnd } from '../../model/observed-message.js'
import { at, startLine } from '../../point.js'
import { defineRule, pass } from '../../rule.js'
import { symmetricViolation } from '../../symmetric-response.js'
import { requestOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3581-4-3',
  title: 'A response over UDP to a request with rport goes to the address and port that the request came from.',
  on: 'hop',
  applies: (response) =>
    !response.isRequest && response.transport === 'udp' && requestOf(response)?.sip.topVia.params.get('rport') === '',
  check: (response) => {
    const request = requestOf(response)
    return request === undefined || sameEnd(response.destination, request.source)
      ? pass
      : symmetricViolation(
          response,
          `the request came from ${request.source.host} port ${request.source.port}`,
          startLine(response),
          at(request, 'Via'),
        )
  },
})
