import { startLine } from '../../point.js'
import { defineRule, inconclusive, pass, violation } from '../../rule.js'
import { isWebSocket, requestOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-18.2.2-2',
  title: 'The response to a request that came on a connection leaves on it.',
  on: 'hop',
  applies: (response) => {
    const request = requestOf(response)
    return !response.isRequest && request?.reliable === true && !isWebSocket(request)
  },
  check: (response) => {
    const request = requestOf(response)
    if (request === undefined || response.captured.connection?.id === request.captured.connection?.id) return pass
    // What follows on the connection of the request shows that it was open still.
    const open = request.transaction?.conversation.messages.find(
      ({ atMs, captured }) => atMs > response.atMs && captured.connection?.id === request.captured.connection?.id,
    )
    return open === undefined
      ? inconclusive('the connection may have been closed')
      : violation('the response left elsewhere', startLine(response), startLine(request))
  },
})
