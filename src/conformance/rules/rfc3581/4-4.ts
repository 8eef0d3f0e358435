import { sameEnd } from '../../model/observed-message.js'
import { startLine } from '../../point.js'
import { defineRule, pass } from '../../rule.js'
import { symmetricViolation } from '../../symmetric-response.js'
import { requestOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3581-4-4',
  title: 'A response over UDP to a request with rport comes from the address and port that the request went to.',
  on: 'hop',
  applies: (response) =>
    !response.isRequest && response.transport === 'udp' && requestOf(response)?.sip.topVia.params.get('rport') === '',
  check: (response) => {
    const request = requestOf(response)
    return request === undefined || sameEnd(response.source, request.destination)
      ? pass
      : symmetricViolation(
          response,
          `the request went to ${request.destination.host} port ${request.destination.port}`,
          startLine(response),
          startLine(request),
        )
  },
})
