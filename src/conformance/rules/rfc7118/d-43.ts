import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isWebSocket } from '../../vocabulary.js'

export const rule = defineRule({
  id: '7118-D-43',
  title: 'A client sends the requests of a dialog on one connection.',
  on: 'transaction',
  party: 'client',
  applies: ({ request }) => isWebSocket(request) && request.isFirstHop && request.sip.toTag !== '',
  check: ({ request, conversation }) => {
    const own = conversation.transactions
      .map((each) => each.request)
      .filter((each) => each.isFirstHop && each.sip.fromTag === request.sip.fromTag && each.atMs <= request.atMs)
    const connections = own.map(({ captured }) => captured.connection?.id)
    const last = connections.lastIndexOf(request.captured.connection?.id, -2)
    const between =
      last < 0
        ? undefined
        : own.slice(last + 1, -1).find(({ captured }) => captured.connection?.id !== connections.at(-1))
    // A lost connection is replaced by another one; going back to the first shows that both were open.
    return between === undefined
      ? pass
      : violation('the request before went on another connection', startLine(request), startLine(between))
  },
})
