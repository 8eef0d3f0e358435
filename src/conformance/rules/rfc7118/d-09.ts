import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isWebSocket, requestOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '7118-D-09',
  title: 'The response to a request that came on a WebSocket leaves on it.',
  on: 'hop',
  applies: (response) => {
    const request = requestOf(response)
    return !response.isRequest && request !== undefined && isWebSocket(request)
  },
  check: (response) => {
    const request = requestOf(response)
    if (request === undefined || response.captured.connection?.id === request.captured.connection?.id) return pass
    return violation(`the response left over ${response.transport} elsewhere`, startLine(response), startLine(request))
  },
})
