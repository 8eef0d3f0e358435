import { firstLine, httpList, httpValues } from '../../model/handshake.js'
import { inBytes } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '6455-H-01',
  title: 'The upgrade request is a GET of HTTP/1.1 with Host, Upgrade, Connection, a key of 16 bytes and version 13.',
  on: 'handshake',
  check: ({ request }) => {
    const key = httpValues(request, 'Sec-WebSocket-Key')[0] ?? ''
    const wanted: readonly (readonly [string, boolean])[] = [
      ['GET', /^GET \S+ HTTP\/1\.[1-9]$/.test(firstLine(request))],
      ['Host', httpValues(request, 'Host').length === 1],
      ['Upgrade', httpList(request, 'Upgrade').some((value) => value.toLowerCase() === 'websocket')],
      ['Connection', httpList(request, 'Connection').some((value) => value.toLowerCase() === 'upgrade')],
      ['Sec-WebSocket-Key', Buffer.from(key, 'base64').length === 16 && key.length === 24],
      ['Sec-WebSocket-Version', httpValues(request, 'Sec-WebSocket-Version').join() === '13'],
    ]
    const [wrong] = wanted.find(([, holds]) => !holds) ?? []
    return wrong === undefined
      ? pass
      : violation(`${wrong} is not as it must be`, inBytes(request, request.head, wrong))
  },
})
