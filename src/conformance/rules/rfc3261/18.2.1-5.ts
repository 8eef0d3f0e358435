import { canonicalHost } from '../../../sip/message/uri-comparison.js'
import type { ObservedMessage } from '../../model/observed-message.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isWebSocket, requestOf } from '../../vocabulary.js'

const isSource = (request: ObservedMessage): boolean =>
  canonicalHost(request.sip.topVia.host) === canonicalHost(request.source.host)

export const rule = defineRule({
  id: '3261-18.2.1-5',
  // RFC 7118 5.3: servers of WebSocket may leave it out.
  title: 'A server adds received to a Via whose host is not the address that the request came from.',
  on: 'hop',
  applies: (response) => {
    const request = requestOf(response)
    return !response.isRequest && request !== undefined && !isWebSocket(request) && !isSource(request)
  },
  check: (response) => {
    const request = requestOf(response)
    return response.sip.topVia.received === undefined
      ? violation(`the request came from ${request?.source.host}, and received is missing`, at(response, 'Via'))
      : pass
  },
})
