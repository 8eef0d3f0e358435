import { createHash } from 'node:crypto'
import { httpList, httpValues, statusOf } from '../../model/handshake.js'
import { inBytes } from '../../point.js'
import { defineRule, inapplicable, pass, violation } from '../../rule.js'

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

export const rule = defineRule({
  id: '6455-H-02',
  title: 'The 101 response has Upgrade, Connection and the Sec-WebSocket-Accept that follows from the key.',
  on: 'handshake',
  party: 'server',
  applies: ({ response }) => response !== undefined && statusOf(response) === 101,
  check: ({ request, response }) => {
    if (response === undefined) return inapplicable
    const key = httpValues(request, 'Sec-WebSocket-Key')[0] ?? ''
    const accept = createHash('sha1').update(`${key}${GUID}`).digest('base64')
    const wanted: readonly (readonly [string, boolean])[] = [
      ['Upgrade', httpList(response, 'Upgrade').some((value) => value.toLowerCase() === 'websocket')],
      ['Connection', httpList(response, 'Connection').some((value) => value.toLowerCase() === 'upgrade')],
      ['Sec-WebSocket-Accept', httpValues(response, 'Sec-WebSocket-Accept').join() === accept],
    ]
    const [wrong] = wanted.find(([, holds]) => !holds) ?? []
    return wrong === undefined
      ? pass
      : violation(`${wrong} is not as it must be`, inBytes(response, response.head, wrong))
  },
})
