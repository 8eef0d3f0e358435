import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isWebSocket, sendings } from '../../vocabulary.js'

export const rule = defineRule({
  id: '7118-5-1',
  title: 'Over WebSocket no request is sent twice.',
  on: 'transaction',
  party: 'client',
  applies: ({ request, method }) => isWebSocket(request) && method !== 'ACK',
  check: (transaction) => {
    const [first, second] = sendings(transaction)
    return first === undefined || second === undefined
      ? pass
      : violation('the request is sent again', startLine(second), startLine(first))
  },
})
